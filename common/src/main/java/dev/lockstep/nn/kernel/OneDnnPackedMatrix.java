package dev.lockstep.nn.kernel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A float right factor in the layout that oneDNN's {@code matmul} chooses for it. The layout
 * depends on the factor's own shape alone, so products of any number of rows share the copy.
 */
final class OneDnnPackedMatrix extends PackedMatrix {
  /** From here on plain SGEMM, which packs as it goes, is as fast or faster. */
  private static final int MOST_ROWS = 128;

  private static final engine CPU = new engine(engine.kind.cpu, 0);
  private static final ThreadLocal<stream> STREAM = ThreadLocal.withInitial(() -> new stream(CPU));

  private final int inner;
  private final int columns;
  private final memory.desc layout;
  private final memory packed;
  // A primitive's scratch memory belongs to the thread that made it.
  private final ThreadLocal<List<Product>> products = ThreadLocal.withInitial(ArrayList::new);

  OneDnnPackedMatrix(Matrix source, boolean transposed) {
    super(source, transposed);
    this.inner = transposed ? source.columns() : source.rows();
    this.columns = transposed ? source.rows() : source.columns();
    memory.desc any =
        new memory.desc(new long[] {inner, columns}, memory.data_type.f32, memory.format_tag.any);
    this.layout = new memory.desc(description(MOST_ROWS, any, false).weights_desc());
    this.packed = new memory(layout, CPU);
  }

  /** Whether a product of these shapes is better done with the copy. */
  boolean serves(Matrix a, Matrix c) {
    return a.rows() <= MOST_ROWS
        && (a.rows() == 1 || (a.stride() == inner && c.stride() == columns));
  }

  @Override
  void repack() {
    long stride = source().stride();
    long[] strides = transposed() ? new long[] {1, stride} : new long[] {stride, 1};
    memory.desc plain = new memory.desc(new long[] {inner, columns}, memory.data_type.f32, strides);
    memory from = new memory(plain, CPU, new Address().at(source()));
    new reorder(from, packed).execute(STREAM.get(), from, packed);
  }

  void multiply(Matrix a, Matrix c, boolean accumulate) {
    Product product = product(a.rows(), accumulate);
    product.run(a, c);
  }

  private Product product(int rows, boolean accumulate) {
    List<Product> known = products.get();
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i).rows == rows && known.get(i).accumulates == accumulate) {
        return known.get(i);
      }
    }
    Product made = new Product(rows, accumulate);
    known.add(made);
    return made;
  }

  private matmul.primitive_desc description(int rows, memory.desc weights, boolean accumulate) {
    primitive_attr attributes = new primitive_attr();
    if (accumulate) {
      post_ops sum = new post_ops();
      sum.append_sum();
      attributes.set_post_ops(sum);
    }
    matmul.desc product = new matmul.desc(dense(rows, inner), weights, dense(rows, columns));
    return new matmul.primitive_desc(product, attributes, CPU);
  }

  private static memory.desc dense(long rows, long columns) {
    return new memory.desc(
        new long[] {rows, columns}, memory.data_type.f32, new long[] {columns, 1});
  }

  /** The product for one number of rows, on one thread. */
  private final class Product {
    final int rows;
    final boolean accumulates;
    private final matmul primitive;
    private final memory left;
    private final memory result;
    private final Address leftAddress = new Address();
    private final Address resultAddress = new Address();
    private final IntMemoryMap arguments = new IntMemoryMap();

    Product(int rows, boolean accumulates) {
      this.rows = rows;
      this.accumulates = accumulates;
      this.primitive = new matmul(description(rows, layout, accumulates));
      this.left = new memory(dense(rows, inner), CPU, leftAddress);
      this.result = new memory(dense(rows, columns), CPU, resultAddress);
      arguments.put(dnnl.DNNL_ARG_SRC, left);
      arguments.put(dnnl.DNNL_ARG_WEIGHTS, packed);
      arguments.put(dnnl.DNNL_ARG_DST, result);
    }

    void run(Matrix a, Matrix c) {
      left.set_data_handle(leftAddress.at(a));
      result.set_data_handle(resultAddress.at(c));
      primitive.execute(STREAM.get(), arguments);
    }
  }

  /** A pointer that is moved instead of made: a product costs no garbage. */
  private static final class Address extends FloatPointer {
    Address() {
      super((Pointer) null);
    }

    Address at(Matrix matrix) {
      this.address = matrix.address();
      return this;
    }
  }
}
