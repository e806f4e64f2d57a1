using TorchSharp.Modules;
using Understudy.Training.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Decoders;

/// <summary>
/// Medusa heads (Cai et al., arXiv 2401.10774): head k turns the state h into h + SiLU(h·R + b), which the model's own head reads as the token
/// k + 2 places on. With R and b zero every head begins as a copy of the state.
/// </summary>
internal sealed class MedusaBlocks : Module<Tensor, Tensor>
{
    /// <summary>R, [K, D, D], each [in, out]</summary>
    public readonly Parameter residual;

    /// <summary>b, [K, 1, D]</summary>
    public readonly Parameter bias;

    public MedusaBlocks(int heads, int width)
        : base(nameof(MedusaBlocks))
    {
        residual = Parameter(zeros(heads, width, width));
        bias = Parameter(zeros(heads, 1, width));
        RegisterComponents();
    }

    public int Count => (int)residual.shape[0];

    /// <param name="hidden">[N, D]</param>
    /// <returns>[K, N, D]</returns>
    public override Tensor forward(Tensor hidden) => hidden + functional.silu(hidden.matmul(residual) + bias);

    /// <summary>As plain arrays, with the model's own head for all of them.</summary>
    /// <param name="tokens">Those to guess; null for all.</param>
    public MedusaWeights Weights(TextDecoder model, IReadOnlyList<int>? tokens = null)
    {
        using var none = no_grad();
        var (width, weights) = ((int)residual.shape[1], model.Weights());
        return new(width, weights.Shape.Vocabulary, Rows(residual, width * width), Rows(bias, width), tokens is null ? weights.Head : Columns(weights.Head, width, tokens), tokens);
    }

    /// <param name="matrix">[rows, V]</param>
    private static float[] Columns(float[] matrix, int rows, IReadOnlyList<int> columns)
    {
        var all = matrix.Length / rows;
        return [.. Enumerable.Range(0, rows).SelectMany(row => columns.Select(column => matrix[(row * all) + column]))];
    }

    private float[][] Rows(Tensor values, int size) => [.. values.detach().data<float>().ToArray().Chunk(size).Take(Count)];
}
