using Understudy.Inference.Calibration;
using Understudy.Inference.Linear;

namespace Understudy.Inference.Routing;

/// <summary>
/// Says from an input alone, before any model is called, what asking the strong model would gain over the weak one
/// (Ong et al., RouteLLM, arXiv 2406.18665; Chen et al., FrugalGPT, arXiv 2305.05176): a logistic regression on n-grams and length.
/// Thread-safe.
/// </summary>
public sealed class PreCallRouter : IDisposable
{
    /// <summary>Neither is right, the weak alone, the strong alone, both.</summary>
    internal const int Outcomes = 4;

    private readonly LinearClassifier _outcomes;

    /// <exception cref="InvalidDataException">The model does not have four outcomes.</exception>
    public PreCallRouter(LinearModel model) => _outcomes = model.LabelCount == Outcomes
        ? new("router", model)
        : throw new InvalidDataException($"The model has {model.LabelCount} labels; a router has {Outcomes}: neither right, the weak model, the strong one, both. Train it again.");

    /// <exception cref="InvalidDataException">The file is no router or is damaged.</exception>
    public static PreCallRouter Load(string path) => new(LinearModel.Load(path));

    /// <summary>The probability that only the strong model is right less that only the weak one is, in [−1, 1].</summary>
    public double Gain(string input)
    {
        Span<float> scores = stackalloc float[Outcomes];
        _outcomes.Score([RouterText.Of(input)], scores);
        Softmax.Tempered(scores, 1, scores);
        return scores[2] - scores[1];
    }

    public void Dispose() => _outcomes.Dispose();

    /// <summary>The index of what happened.</summary>
    internal static int Outcome(RoutedExample example) => (example.WeakRight ? 1 : 0) + (example.StrongRight ? 2 : 0);
}
