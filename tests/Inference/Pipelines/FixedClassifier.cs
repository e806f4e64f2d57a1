using Understudy.Inference.Classification;

namespace Understudy.Inference.Tests.Pipelines;

/// <summary>A model of two labels with the same logits for every text, which counts what it is asked and can break down.</summary>
internal sealed class FixedClassifier(string name, float first, float second) : ITextClassifier
{
    public string Name => name;

    public int LabelCount => 2;

    public bool Broken { get; set; }

    /// <summary>What it throws where it is broken.</summary>
    public Exception Fault { get; init; } = new InvalidOperationException("out of memory");

    public int Asked { get; private set; }

    public void Score(IReadOnlyList<string> texts, Span<float> logits)
    {
        Asked += texts.Count;
        if (Broken)
        {
            throw Fault;
        }

        for (var i = 0; i < texts.Count; i++)
        {
            (logits[2 * i], logits[(2 * i) + 1]) = (first, second);
        }
    }

    public void Dispose()
    {
    }
}
