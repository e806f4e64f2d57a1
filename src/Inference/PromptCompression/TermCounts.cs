namespace Understudy.Inference.PromptCompression;

/// <summary>The terms of a text with how often each occurs.</summary>
internal sealed class TermCounts
{
    private readonly Dictionary<ulong, int> _counts = [];

    /// <summary>All occurrences.</summary>
    public int Length { get; private set; }

    /// <summary>Each term once.</summary>
    public IReadOnlyDictionary<ulong, int> All => _counts;

    /// <param name="weight">Each term counts as so many.</param>
    public void Add(IReadOnlyList<ulong> terms, int weight)
    {
        foreach (var term in terms)
        {
            _counts[term] = _counts.GetValueOrDefault(term) + weight;
        }

        Length += terms.Count * weight;
    }
}
