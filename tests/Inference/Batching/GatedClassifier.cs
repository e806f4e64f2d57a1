using Understudy.Inference.Classification;

namespace Understudy.Inference.Tests.Batching;

/// <summary>A model of two labels that scores a text by its length and, when asked to, stays in a run until let go.</summary>
internal sealed class GatedClassifier : ITextClassifier
{
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _go = new(0);
    private readonly List<string[]> _runs = [];
    private readonly Lock _lock = new();

    public string Name => "gated";

    public int LabelCount => 2;

    public bool Gated { get; init; }

    public IReadOnlyList<string[]> Runs
    {
        get
        {
            lock (_lock)
            {
                return [.. _runs];
            }
        }
    }

    public Task EnteredAsync() => _entered.WaitAsync(TimeSpan.FromSeconds(30));

    public void LetGo(int runs = 1) => _go.Release(runs);

    public void Score(IReadOnlyList<string> texts, Span<float> logits)
    {
        lock (_lock)
        {
            _runs.Add([.. texts]);
        }

        if (Gated)
        {
            _entered.Release();
            Assert.True(_go.Wait(TimeSpan.FromSeconds(30)));
        }

        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i] == "bad")
            {
                throw new FormatException("bad text");
            }

            logits[2 * i] = texts[i].Length;
            logits[(2 * i) + 1] = -texts[i].Length;
        }
    }

    public void Dispose()
    {
        _entered.Dispose();
        _go.Dispose();
    }
}
