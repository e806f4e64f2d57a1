using System.Globalization;

namespace Understudy.Inference.PromptCompression;

/// <summary>
/// How common terms are in English: the counts of the Brown corpus's words, in <c>english.txt</c> (its first line is the number of all words).
/// Ten documents alone cannot say that "released" is common and "Deadpool" is not. Immutable and thread-safe.
/// </summary>
internal sealed class Background
{
    /// <summary>A word's chance is turned into that of a passage holding it: of a sentence, on average of this length.</summary>
    private const int WordsInPassage = 20;

    private static readonly Lazy<Background> TheEnglish = new(ReadEnglish);

    private readonly Dictionary<ulong, int> _counts = [];
    private readonly double _passages;

    private Background(TextReader text)
    {
        _passages = double.Parse(text.ReadLine()!, CultureInfo.InvariantCulture) / WordsInPassage;
        List<ulong> terms = [];
        while (text.ReadLine() is { } line)
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            var count = int.Parse(line.AsSpan(blank), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
            terms.Clear();
            Terms.Read(line[..blank], terms, terms);
            foreach (var term in terms)
            {
                _counts[term] = _counts.GetValueOrDefault(term) + count;
            }
        }
    }

    /// <summary>Read when first asked for.</summary>
    public static Background English => TheEnglish.Value;

    /// <summary>How much a term tells, in nats: −ln of its share of passages. For a term that was never seen it is greatest.</summary>
    public double Information(ulong term) => Math.Max(0, Math.Log((_passages + 1) / (_counts.GetValueOrDefault(term) + 1)));

    private static Background ReadEnglish()
    {
        using var stream = typeof(Background).Assembly.GetManifestResourceStream("prompt-english.txt")!;
        using var text = new StreamReader(stream);
        return new(text);
    }
}
