using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Images;

/// <summary>
/// A plain network of 3 × 3 convolutions, each normalised by batch and rectified, two a stage; between stages the picture is halved, after
/// the last averaged (VGG, Simonyan and Zisserman, arXiv 1409.1556, made small).
/// </summary>
internal sealed class ConvolutionNetwork : Module<Tensor, Tensor>
{
    public const int ConvolutionsAStage = 2;

    /// <summary>Of a filter.</summary>
    private const int Side = 3;

    public readonly ModuleList<Conv2d> convolutions = new();
    public readonly ModuleList<BatchNorm2d> norms = new();
    public readonly TorchSharp.Modules.Linear head;

    /// <param name="filters">Of every convolution; an even number of them.</param>
    public ConvolutionNetwork(IReadOnlyList<int> filters, int classes)
        : base(nameof(ConvolutionNetwork))
    {
        Filters = filters;
        for (var at = 0; at < filters.Count; at++)
        {
            convolutions.append(Conv2d(at == 0 ? 3 : filters[at - 1], filters[at], Side, padding: Side / 2, bias: false));
            norms.append(BatchNorm2d(filters[at]));
        }

        head = nn.Linear(filters[^1], classes);
        RegisterComponents();
    }

    public IReadOnlyList<int> Filters { get; }

    public long Parameters => parameters().Sum(parameter => parameter.numel());

    /// <param name="images">[B, 3, S, S]</param>
    /// <returns>logits [B, classes]</returns>
    public override Tensor forward(Tensor images) => Maps(images).Logits;

    /// <summary>The logits, and what every stage gives: [B, filters, S, S], [B, filters, S/2, S/2], …</summary>
    public (Tensor Logits, Tensor[] Maps) Maps(Tensor images)
    {
        var maps = new List<Tensor>();
        var hidden = images;
        for (var at = 0; at < convolutions.Count; at++)
        {
            hidden = functional.relu(Normalise(norms[at], Convolve(convolutions[at], hidden)));
            if (at % ConvolutionsAStage == ConvolutionsAStage - 1)
            {
                maps.Add(hidden);
                hidden = at + 1 < convolutions.Count ? functional.max_pool2d(hidden, 2) : hidden;
            }
        }

        return (head.forward(hidden.mean([2, 3])), [.. maps]);
    }

    /// <summary>
    /// As the module's own <c>forward</c>; where the input's gradient is wanted, as a product of matrices. On some processors oneDNN's gradient for the input
    /// of a small convolution is now and then what lay in memory (an AMD EPYC with AVX-512: up to 22 of 60 times NaN; its other results were right).
    /// </summary>
    private static Tensor Convolve(Conv2d convolution, Tensor hidden)
    {
        if (!hidden.requires_grad)
        {
            return convolution.forward(hidden);
        }

        var (batch, filters) = (hidden.shape[0], convolution.weight.shape[0]);
        var patches = functional.unfold(hidden, (Side, Side), (1, 1), (Side / 2, Side / 2), (1, 1)); // [B, channels · 9, S · S]
        return convolution.weight.view(filters, -1).matmul(patches).view(batch, filters, hidden.shape[2], hidden.shape[3]);
    }

    /// <summary>
    /// As the module's own <c>forward</c>, which also counts batches, with a scalar that the garbage collector now and then takes away under it.
    /// </summary>
    private Tensor Normalise(BatchNorm2d norm, Tensor hidden) => functional.batch_norm(
        hidden, norm.running_mean!, norm.running_var!, norm.weight, norm.bias, training);

    /// <summary>What the head reads, [B, filters].</summary>
    public Tensor Pooled(Tensor images) => Maps(images).Maps[^1].mean([2, 3]);

    /// <summary>Multiply-adds of the convolutions for one picture.</summary>
    /// <param name="size">Side of the picture.</param>
    public long Operations(int size)
    {
        var total = 0L;
        for (var at = 0; at < Filters.Count; at++)
        {
            long side = size >> (at / ConvolutionsAStage);
            total += (at == 0 ? 3 : Filters[at - 1]) * 9L * Filters[at] * side * side;
        }

        return total;
    }
}
