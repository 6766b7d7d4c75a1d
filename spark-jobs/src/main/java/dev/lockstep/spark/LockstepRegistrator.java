package dev.lockstep.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import de.javakaffee.kryoserializers.SynchronizedCollectionsSerializer;
import de.javakaffee.kryoserializers.UnmodifiableCollectionsSerializer;
import java.util.List;
import java.util.Map;
import org.apache.spark.serializer.KryoRegistrator;
import org.nd4j.common.primitives.AtomicDouble;
import org.nd4j.kryo.Nd4jSerializer;
import org.nd4j.kryo.primitives.AtomicDoubleSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Teaches Kryo ND4J's arrays, Java's records and its immutable collections; Kryo 4 knows neither
 * records, whose fields cannot be set from outside, nor collections that refuse to be filled.
 *
 * <p>It knows what ND4J's own registrator knows, but arrays by their interface: that one asks the
 * backend for its class, which starts ND4J in every process before {@link TaskDevice} could look at
 * the GPU and choose one.
 */
public final class LockstepRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.addDefaultSerializer(INDArray.class, new Nd4jSerializer());
    kryo.register(AtomicDouble.class, new AtomicDoubleSerializer());
    UnmodifiableCollectionsSerializer.registerSerializers(kryo);
    SynchronizedCollectionsSerializer.registerSerializers(kryo);
    kryo.addDefaultSerializer(Record.class, JavaSerializer.class);
    // Kryo would fill what List.of and Map.of gave one by one. Their classes have no names to call.
    kryo.addDefaultSerializer(List.of().getClass().getSuperclass(), JavaSerializer.class);
    kryo.addDefaultSerializer(Map.of().getClass().getSuperclass(), JavaSerializer.class);
  }
}
