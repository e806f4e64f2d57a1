namespace Understudy.Training.LanguageModels;

/// <summary>Which rationales are worth learning from: those that come to the right answer (Fine-tune-CoT, arXiv 2212.10071).</summary>
internal static class Rationales
{
    private static readonly char[] Closing = ['.', '!', '?', ':', ';', ',', '"', '\'', '”', '’', ')', ']', '*'];

    /// <summary>Whether a rationale's last words are the answer, whatever their case and the punctuation behind them. <c>143</c> does not end in <c>43</c>, nor <c>0.5</c> in <c>5</c>.</summary>
    public static bool EndsIn(string rationale, string answer)
    {
        var (said, wanted) = (Bare(rationale), Bare(answer));
        if (wanted.Length == 0 || !said.EndsWith(wanted, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var before = said[..^wanted.Length];
        return before.Length == 0
            || !char.IsLetterOrDigit(wanted[0])
            || !(char.IsLetterOrDigit(before[^1]) || (before[^1] is '.' or ',' && before.Length > 1 && char.IsDigit(before[^2])));
    }

    private static string Bare(string text)
    {
        var bare = text.Trim();
        while (bare.Length > 0 && (Closing.Contains(bare[^1]) || char.IsWhiteSpace(bare[^1])))
        {
            bare = bare[..^1];
        }

        return bare;
    }
}
