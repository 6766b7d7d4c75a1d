package dev.lockstep.results;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.List;

/**
 * Takes a report's parts out of the one object that they are written into. Jackson writes records
 * that are unwrapped, but reads them only from version 2.19 on, which Spark does not have.
 */
final class SequenceReportReader extends StdDeserializer<SequenceReport> {
  private static final long serialVersionUID = 1L;
  private static final PropertyNamingStrategies.SnakeCaseStrategy KEYS =
      new PropertyNamingStrategies.SnakeCaseStrategy();

  SequenceReportReader() {
    super(SequenceReport.class);
  }

  @Override
  public SequenceReport deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    ObjectNode left = context.readValue(parser, ObjectNode.class);
    RecordComponent[] components = SequenceReport.class.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      JavaType type = context.constructType(components[i].getGenericType());
      values[i] = value(components[i], type, left, parser.getCodec());
    }
    if (!left.isEmpty()) {
      throw unrecognized(left.fieldNames().next());
    }
    try {
      return (SequenceReport) SequenceReport.class.getDeclaredConstructors()[0].newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where it stands in the file is not known: the object has been read to its end. */
  private static UnrecognizedPropertyException unrecognized(String key) {
    UnrecognizedPropertyException e =
        new UnrecognizedPropertyException(
            null, key + " is unknown", JsonLocation.NA, SequenceReport.class, key, List.of());
    e.prependPath(SequenceReport.class, key);
    return e;
  }

  /** Takes a component's keys out of what is left of the object. */
  private static Object value(
      RecordComponent component, JavaType type, ObjectNode left, ObjectCodec codec)
      throws IOException {
    if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
      ObjectNode part = JsonNodeFactory.instance.objectNode();
      for (RecordComponent inner : component.getType().getRecordComponents()) {
        move(key(inner), left, part);
      }
      return codec.readValue(part.traverse(codec), type);
    }
    JsonNode node = left.remove(key(component));
    try {
      if (node == null && type.isPrimitive()) {
        throw JsonMappingException.from((JsonParser) null, key(component) + " is missing");
      }
      return node == null ? null : codec.readValue(node.traverse(codec), type);
    } catch (JsonMappingException e) {
      throw JsonMappingException.wrapWithPath(e, SequenceReport.class, key(component));
    }
  }

  private static void move(String key, ObjectNode from, ObjectNode to) {
    JsonNode node = from.remove(key);
    if (node != null) {
      to.set(key, node);
    }
  }

  private static String key(RecordComponent component) {
    return KEYS.translate(component.getName());
  }
}
