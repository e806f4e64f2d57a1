namespace Understudy.Training.Onnx;

/// <summary>
/// The weights of Medusa heads (arXiv 2401.10774) as plain arrays: head k turns the state h into h + SiLU(h·Residual + Bias) and reads logits off
/// it. Matrices are [inputs, outputs].
/// </summary>
/// <param name="Width">D</param>
/// <param name="Vocabulary">V</param>
/// <param name="Residuals">Of each head [D, D]; zeros at the beginning of training.</param>
/// <param name="Biases">Of each head [D].</param>
/// <param name="Heads">Of each head [D, V]; or one for all, the model's own, which costs far less to run.</param>
public sealed record MedusaWeights(int Width, int Vocabulary, IReadOnlyList<float[]> Residuals, IReadOnlyList<float[]> Biases, IReadOnlyList<float[]> Heads);
