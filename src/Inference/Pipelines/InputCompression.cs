using System.Globalization;
using Understudy.Inference.PromptCompression;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Pipelines;

/// <summary>
/// How stage 1 shortens what the models read: <c>none</c>; <c>head:N</c>, the first N words; <c>ratio:R</c>, a prompt of R times fewer tokens, whose
/// last paragraph is the question and whose other paragraphs are documents (<see cref="PromptCompressor"/>). Thread-safe.
/// </summary>
public sealed class InputCompression
{
    public const string None = "none";

    private const string Head = "head:", Ratio = "ratio:";
    private const int MostWords = 100_000;

    private readonly int _words;
    private readonly double _ratio;
    private readonly PromptCompressor? _prompts;

    private InputCompression(string name, int words, double ratio) =>
        (Name, _words, _ratio, _prompts) = (name, words, ratio, ratio > 0 ? new() : null);

    /// <summary>As in a manifest.</summary>
    public string Name { get; }

    /// <param name="name">As in a manifest or task; null for none.</param>
    /// <exception cref="ArgumentException">There is no such way; the message names those that there are.</exception>
    public static InputCompression Of(string? name) => Parse(name ?? None) ?? throw new ArgumentException(
        FormattableString.Invariant($"compression is '{name}'; use '{None}', '{Head}N' for the first N words (1 to {MostWords}), or '{Ratio}R' for R times fewer tokens (above 1, at most {CompressionOptions.MaxRatio})."));

    /// <summary>How a release's inputs are shortened: as its manifest says, or else its task.</summary>
    /// <exception cref="ArgumentException">There is no such way.</exception>
    public static InputCompression Of(ReleaseManifest manifest, TaskDefinition task) => Of(manifest.Compression == None ? task.Compression : manifest.Compression);

    /// <summary>The text, shortened where that is possible, and what is to be said of it.</summary>
    /// <returns>The outcome is <c>passed</c> where nothing had to be cut, <c>yielded</c> where it could not be, else <c>compressed</c>.</returns>
    public (string Text, string Outcome, string Reason) Apply(string text) => _words > 0 ? First(text) : _prompts is not null ? Shorter(text) : (text, "passed", "passed on whole");

    private static InputCompression? Parse(string name)
    {
        if (name == None)
        {
            return new(name, 0, 0);
        }

        if (name.StartsWith(Head, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Head.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var words) && words is > 0 and <= MostWords)
        {
            return new(name, words, 0);
        }

        return name.StartsWith(Ratio, StringComparison.Ordinal) && double.TryParse(name.AsSpan(Ratio.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio)
            && ratio > 1 && ratio <= CompressionOptions.MaxRatio ? new(name, 0, ratio) : null;
    }

    private (string, string, string) First(string text)
    {
        var (words, inWord) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            var blank = char.IsWhiteSpace(text[i]);
            if (!blank && !inWord && words++ == _words)
            {
                return (text[..i].TrimEnd(), "compressed", string.Create(CultureInfo.InvariantCulture, $"the first {_words} words stay, {i} of {text.Length} characters"));
            }

            inWord = !blank;
        }

        return (text, "passed", string.Create(CultureInfo.InvariantCulture, $"it has {words} words, and the first {_words} stay"));
    }

    private (string, string, string) Shorter(string text)
    {
        var paragraphs = PromptDocument.Paragraphs(text);
        if (paragraphs.Count < 2)
        {
            return (text, "yielded", "it is one paragraph, so there is nothing beside the question to shorten");
        }

        var prompt = _prompts!.Compress(new() { Documents = [.. paragraphs.SkipLast(1)], Question = paragraphs[^1].Text }, new() { Ratio = _ratio });
        return prompt.Yielded is { } why
            ? (text, "yielded", why)
            : (prompt.Parts.ToString(), "compressed", string.Create(CultureInfo.InvariantCulture, $"{prompt.TokensAfter} of {prompt.TokensBefore} tokens stay"));
    }
}
