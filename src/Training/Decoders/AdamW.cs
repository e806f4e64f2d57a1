using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Understudy.Training.Decoders;

/// <summary>AdamW (Loshchilov and Hutter, arXiv 1711.05101) whose state can be stored, and for some matrices Muon. Vectors are not decayed.</summary>
internal sealed class AdamW(IReadOnlyList<Parameter> parameters, double weightDecay) : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.98;
    private const double Epsilon = 1e-8;

    /// <summary>Means of the gradients, then of their squares, a parameter each.</summary>
    public IReadOnlyList<Tensor> State { get; } = [.. parameters.Concat(parameters).Select(parameter => zeros_like(parameter))];

    public int Steps { get; set; }

    /// <summary>The matrices whose steps are made orthogonal instead of scaled number by number: see <see cref="Muon"/>.</summary>
    public IReadOnlySet<Parameter> Orthogonal { get; init; } = new HashSet<Parameter>();

    /// <summary>The first step in which they are; before, they are as all others.</summary>
    public int OrthogonalFrom { get; init; }

    /// <summary>Shortens the gradient to <paramref name="clip"/> where it is longer, and takes a step.</summary>
    public void Step(double rate, double clip)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var gradients = parameters.Select(parameter => parameter.grad).ToArray();
        var norm = Math.Sqrt(gradients.Sum(gradient => gradient is null ? 0 : Math.Pow(gradient.norm().item<float>(), 2)));
        var scale = norm > clip ? clip / norm : 1;
        var orthogonal = Steps >= OrthogonalFrom;
        Steps++;
        var (correct1, correct2) = (1 - Math.Pow(Beta1, Steps), 1 - Math.Pow(Beta2, Steps));
        for (var index = 0; index < parameters.Count; index++)
        {
            if (gradients[index] is not { } gradient)
            {
                continue;
            }

            using var inner = NewDisposeScope();
            var (parameter, mean, square) = (parameters[index], State[index], State[parameters.Count + index]);
            gradient.mul_(scale);
            if (orthogonal && Orthogonal.Contains(parameter))
            {
                parameter.mul_(1 - (rate * weightDecay)).add_(Muon.Step(gradient, mean), -rate);
                gradient.zero_();
                continue;
            }

            mean.mul_(Beta1).add_(gradient, 1 - Beta1);
            square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            if (parameter.dim() > 1)
            {
                parameter.mul_(1 - (rate * weightDecay));
            }

            parameter.addcdiv_(mean, square.div(correct2).sqrt_().add_(Epsilon), -rate / correct1);
            gradient.zero_();
        }
    }

    public void Dispose()
    {
        foreach (var tensor in State)
        {
            tensor.Dispose();
        }
    }
}
