package dev.lockstep.pipelines;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.w3c.dom.bootstrap.DOMImplementationRegistry;
import org.w3c.dom.ls.DOMImplementationLS;
import org.w3c.dom.ls.LSInput;
import org.xml.sax.SAXException;

/** The schemas that Oozie itself checks jobs by, from its client library. */
final class OozieSchemas {
  private OozieSchemas() {}

  /**
   * Validates a file.
   *
   * @throws SAXException if it does not follow the schemas
   */
  static void validate(Path file, String... schemas) throws Exception {
    schema(schemas).newValidator().validate(new StreamSource(file.toFile()));
  }

  private static Schema schema(String... names) throws Exception {
    SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
    DOMImplementationLS dom =
        (DOMImplementationLS) DOMImplementationRegistry.newInstance().getDOMImplementation("LS");
    // They include each other by file name, which the JDK cannot follow inside a jar.
    factory.setResourceResolver(
        (type, namespace, publicId, systemId, base) -> {
          LSInput input = dom.createLSInput();
          input.setSystemId(systemId);
          input.setByteStream(open(systemId));
          return input;
        });
    return factory.newSchema(
        Stream.of(names).map(name -> new StreamSource(open(name), name)).toArray(Source[]::new));
  }

  private static InputStream open(String name) {
    InputStream schema = OozieSchemas.class.getResourceAsStream("/" + name);
    if (schema == null) {
      throw new AssertionError(new IOException("oozie-client holds no " + name));
    }
    return schema;
  }
}
