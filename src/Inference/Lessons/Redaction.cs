using System.Text.RegularExpressions;
using Understudy.Inference.Pipelines;

namespace Understudy.Inference.Lessons;

/// <summary>Takes out of a text what points to a person: e-mail addresses, and numbers of five digits and more, however they are grouped on a line, in any script. Thread-safe.</summary>
public static partial class Redaction
{
    private const int LongNumber = 5, ShortestAddress = 3;

    private const string NumberMark = "<number>", AddressMark = "<address>";

    /// <summary>Scripts that are written without spaces: what stands beside an address there is not of it.</summary>
    private const string NoSpaces = @"-[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF\uF900-\uFAFF]";

    public static string Apply(string text) => Number().Replace(
        Address().Replace(text, AddressMark),
        match => match.Value.Count(char.IsDigit) >= LongNumber ? NumberMark : match.Value);

    /// <summary>The fewest characters that a text may have had before something was taken out of it: what stands in its place can be longer.</summary>
    public static int LeastLength(string text) =>
        text.Length - (text.AsSpan().Count(NumberMark) * (NumberMark.Length - LongNumber)) - (text.AsSpan().Count(AddressMark) * (AddressMark.Length - ShortestAddress));

    /// <summary>Whether there is nothing to take out of a vote's tokens: a number may stand in several, and tokens of a text that is another now are of no use.</summary>
    internal static bool Spares(TierVote vote) =>
        Spares(vote.Completion ?? "")
        && (vote.Chances is not { } chances || (Spares(string.Concat(chances.Select(chance => chance.Token))) && chances.SelectMany(chance => chance.Top.Keys).All(Spares)));

    private static bool Spares(string text) => Apply(text) == text;

    [GeneratedRegex($@"[\p{{L}}\p{{M}}\p{{Nd}}._%+\-{NoSpaces}][\p{{L}}\p{{M}}\p{{Nd}}._%+'\-{NoSpaces}]*@[\p{{L}}\p{{M}}\p{{Nd}}\-{NoSpaces}]+(?:\.[\p{{L}}\p{{M}}\p{{Nd}}\-{NoSpaces}]+)*", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex(@"\+?\p{Nd}(?:[\p{Zs}\t\p{Pd}\u2212()./_]{0,3}\p{Nd}|[,'’]\p{Nd}{3})*", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
