using Understudy.Inference.Batching;
using Understudy.Inference.Classification;

namespace Understudy.Inference.Cascades;

/// <summary>One step of a cascade: a model, its calibration, its threshold and its cost. Thread-safe; owned by its release.</summary>
/// <param name="Name">As in the manifest.</param>
/// <param name="Model">The model.</param>
/// <param name="Temperature">Logits are divided by it before the softmax; above 0.</param>
/// <param name="Threshold">It answers when its confidence is at least this; above 1 means that it never does. The lead has 0.</param>
/// <param name="MillisecondsPerItem">Its cost, as measured when the release was made.</param>
public sealed record Tier(string Name, ITierModel Model, double Temperature, double Threshold, double MillisecondsPerItem)
{
    /// <exception cref="InvalidCastException">The tier is of a generation task.</exception>
    public ITextClassifier Classifier => (ITextClassifier)Model;

    /// <summary>False for a student that no confidence lets answer: asking it costs time and decides nothing.</summary>
    public bool MayAnswer => Threshold <= 1;

    /// <summary>Joins what the students before it said to what it says; null for a student that speaks for itself.</summary>
    public OpinionPool? Pool { get; init; }

    /// <summary>Shares the model's runs between concurrent calls; <see langword="null"/> for a model so fast that each calls it by itself.</summary>
    internal ScoreBatcher? Batcher { get; init; }
}
