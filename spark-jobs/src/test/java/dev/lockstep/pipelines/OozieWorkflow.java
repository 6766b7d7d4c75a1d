package dev.lockstep.pipelines;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** {@code workflow.xml} as Oozie sees it: nodes by name, expressions by a job's properties. */
final class OozieWorkflow {
  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern EXISTS =
      Pattern.compile("fs:exists\\(concat\\((\\w+), '([^']*)'\\)\\)");

  private final Element root;
  private final Map<String, Element> nodes = new LinkedHashMap<>();
  private final Map<String, String> properties = new HashMap<>();

  /**
   * Reads a workflow and the properties of a job.
   *
   * @param overrides win over the job's properties, as {@code -D} does
   */
  OozieWorkflow(Path workflow, Path job, Map<String, String> overrides) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Document document = factory.newDocumentBuilder().parse(workflow.toFile());
    root = document.getDocumentElement();
    for (Element child : children(root)) {
      if (child.hasAttribute("name")) {
        nodes.put(child.getAttribute("name"), child);
      }
    }
    properties(job).forEach((key, value) -> properties.put((String) key, (String) value));
    properties.putAll(overrides);
  }

  static Properties properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      properties.load(reader);
    }
    return properties;
  }

  /** The outermost element. */
  Element root() {
    return root;
  }

  /** Where it starts. */
  String start() {
    return only(root, "start").getAttribute("to");
  }

  /** Its decisions, actions, kills and ends. */
  Map<String, Element> nodes() {
    return nodes;
  }

  /** The names of the parameters that it asks for. */
  List<String> parameters() {
    return children(only(root, "parameters")).stream()
        .map(property -> only(property, "name").getTextContent())
        .toList();
  }

  /** The node that a decision leads to. */
  String decide(Element decision) {
    Element choice = only(decision, "switch");
    for (Element option : children(choice)) {
      if (option.getLocalName().equals("default")
          || evaluate(option.getTextContent()).equals("true")) {
        return option.getAttribute("to");
      }
    }
    throw new AssertionError("a switch without a default");
  }

  /** What kind of action it is: spark, shell. */
  Element body(Element action) {
    return children(action).get(0);
  }

  /** The texts of the elements with that name, evaluated. */
  List<String> texts(Element parent, String name) {
    return children(parent).stream()
        .filter(child -> child.getLocalName().equals(name))
        .map(child -> evaluate(child.getTextContent()))
        .toList();
  }

  /** The arguments of an action; a file that it brings stands for its link. */
  List<String> arguments(Element body, String name) {
    Map<String, String> links = new HashMap<>();
    for (String file : texts(body, "file")) {
      String[] parts = file.split("#", 2);
      links.put(parts[parts.length - 1], parts[0]);
    }
    return texts(body, name).stream().map(text -> links.getOrDefault(text, text)).toList();
  }

  /** Replaces each expression by its value. */
  String evaluate(String text) {
    Matcher matcher = EXPRESSION.matcher(text);
    return matcher.replaceAll(match -> Matcher.quoteReplacement(value(match.group(1))));
  }

  private String value(String expression) {
    Matcher exists = EXISTS.matcher(expression);
    if (exists.matches()) {
      Path path = Path.of(value(exists.group(1)) + exists.group(2));
      return Boolean.toString(Files.exists(path));
    }
    String value = properties.get(expression);
    if (value == null) {
      throw new AssertionError("job.properties does not say what ${" + expression + "} is");
    }
    return evaluate(value);
  }

  static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    NodeList list = parent.getChildNodes();
    for (int i = 0; i < list.getLength(); i++) {
      if (list.item(i) instanceof Element child) {
        children.add(child);
      }
    }
    return children;
  }

  static Element only(Element parent, String name) {
    List<Element> found =
        children(parent).stream().filter(child -> child.getLocalName().equals(name)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " elements " + name + " in " + parent.getLocalName());
    }
    return found.get(0);
  }
}
