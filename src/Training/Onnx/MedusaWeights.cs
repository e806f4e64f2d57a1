namespace Understudy.Training.Onnx;

/// <summary>
/// The weights of Medusa heads (arXiv 2401.10774) as plain arrays: head k turns the state h into h + SiLU(h·Residual + Bias), and the model's
/// own output head, one for all of them, reads logits off it. Matrices are [inputs, outputs].
/// </summary>
/// <param name="Width">D</param>
/// <param name="Vocabulary">V</param>
/// <param name="Residuals">Of each head [D, D]; zeros at the beginning of training.</param>
/// <param name="Biases">Of each head [D].</param>
/// <param name="Head">[D, S]</param>
/// <param name="Tokens">The S tokens that the columns of <paramref name="Head"/> stand for; null for the whole vocabulary in order.</param>
public sealed record MedusaWeights(int Width, int Vocabulary, IReadOnlyList<float[]> Residuals, IReadOnlyList<float[]> Biases, float[] Head, IReadOnlyList<int>? Tokens = null);
