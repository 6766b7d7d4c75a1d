package dev.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Where a step's numbers come to lie: rows, sequences and images of three different sizes each. */
class ImagePreProcessorsTest {
  private static final int SEQUENCES = 2;
  private static final int COLUMNS = 3;
  private static final int HEIGHT = 4;
  private static final int WIDTH = 5;
  private static final int STEPS = HEIGHT * WIDTH;
  private static final LayerWorkspaceMgr WORKSPACES = LayerWorkspaceMgr.noWorkspaces();

  /** [T·N, C], all different. */
  private static INDArray rows() {
    return Nd4j.arange(STEPS * SEQUENCES * COLUMNS)
        .castTo(DataType.DOUBLE)
        .reshape('c', STEPS * SEQUENCES, COLUMNS);
  }

  private static double at(int t, int n, int c) {
    return (t * SEQUENCES + n) * COLUMNS + c;
  }

  @Test
  void stepsAreThePixelsRowByRow() {
    RowsToImages images = new RowsToImages(WIDTH);
    INDArray image = images.preProcess(rows(), SEQUENCES, WORKSPACES);
    assertThat(image.shape()).containsExactly(SEQUENCES, COLUMNS, HEIGHT, WIDTH);
    for (int t = 0; t < STEPS; t++) {
      for (int n = 0; n < SEQUENCES; n++) {
        for (int c = 0; c < COLUMNS; c++) {
          assertThat(image.getDouble(n, c, t / WIDTH, t % WIDTH)).isEqualTo(at(t, n, c));
        }
      }
    }
    assertThat(images.backprop(image, SEQUENCES, WORKSPACES)).isEqualTo(rows());
  }

  @Test
  void rowsAreTimeMajor() {
    INDArray sequences = SequencesToRows.sequences(rows(), SEQUENCES);
    assertThat(sequences.shape()).containsExactly(SEQUENCES, COLUMNS, STEPS);
    assertThat(sequences.getDouble(1, 2, 7)).isEqualTo(at(7, 1, 2));
    SequencesToRows toRows = new SequencesToRows();
    for (char order : new char[] {'c', 'f'}) {
      INDArray copy = sequences.dup(order);
      assertThat(toRows.preProcess(copy, SEQUENCES, WORKSPACES)).isEqualTo(rows());
    }
    assertThat(toRows.backprop(rows(), SEQUENCES, WORKSPACES)).isEqualTo(sequences);
  }

  /** A copy of a wide behaviour costs more than the layer that reads it. */
  @Test
  void timeMajorMemoryIsNotCopied() {
    INDArray rows = rows();
    SequencesToRows.rows(SequencesToRows.sequences(rows, SEQUENCES)).putScalar(3, 1, -1);
    assertThat(rows.getDouble(3, 1)).isEqualTo(-1);
  }
}
