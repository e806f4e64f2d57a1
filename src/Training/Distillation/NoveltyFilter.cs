namespace Understudy.Training.Distillation;

/// <summary>Keeps a text only if it is unlike all kept before (Self-Instruct, arXiv 2212.10560): ROUGE-L below a bound. Not thread-safe.</summary>
/// <param name="bound">Texts at least this alike are not kept.</param>
internal sealed class NoveltyFilter(double bound = 0.7)
{
    /// <summary>Longer texts are compared by their beginnings.</summary>
    private const int MostWords = 256;

    private readonly List<string[]> _kept = [];

    public int Count => _kept.Count;

    /// <summary>Keeps a text whatever it is like: a seed.</summary>
    public void Add(string text) => _kept.Add(Words(text));

    /// <returns>Whether it was kept.</returns>
    public bool Offer(string text)
    {
        var words = Words(text);
        foreach (var other in _kept)
        {
            // No more words can be common than the shorter has.
            if (2.0 * Math.Min(words.Length, other.Length) / (words.Length + other.Length) >= bound && RougeL.Of(words, other) >= bound)
            {
                return false;
            }
        }

        _kept.Add(words);
        return true;
    }

    private static string[] Words(string text)
    {
        var words = RougeL.Words(text);
        return words.Length <= MostWords ? words : words[..MostWords];
    }
}
