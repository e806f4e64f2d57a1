using Understudy.Inference.Cascades;

namespace Understudy.Inference.Classification;

/// <summary>A model that gives each label a score for a text. Implementations are thread-safe.</summary>
public interface ITextClassifier : ITierModel
{
    int LabelCount { get; }

    /// <summary>Scores every text, in the order given.</summary>
    /// <param name="texts">Any number, none included.</param>
    /// <param name="logits">Receives unnormalised log-probabilities, [texts.Count, LabelCount], row-major.</param>
    /// <exception cref="ArgumentException"><paramref name="logits"/> is not exactly texts.Count × LabelCount long.</exception>
    void Score(IReadOnlyList<string> texts, Span<float> logits);
}
