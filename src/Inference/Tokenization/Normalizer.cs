using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Understudy.Inference.Tokenization;

/// <summary>A step that rewrites text before it is split.</summary>
internal abstract class Normalizer
{
    public abstract string Apply(string text);

    /// <summary>For text that goes on from another: what is done at a beginning is left out.</summary>
    public virtual string Continue(string text) => Apply(text);
}

internal sealed class NormalizerSequence(IReadOnlyList<Normalizer> steps) : Normalizer
{
    public override string Apply(string text) => steps.Aggregate(text, (current, step) => step.Apply(current));

    public override string Continue(string text) => steps.Aggregate(text, (current, step) => step.Continue(current));
}

internal sealed class Lowercase : Normalizer
{
    public override string Apply(string text) => text.ToLowerInvariant();
}

internal sealed class UnicodeForm(NormalizationForm form) : Normalizer
{
    public override string Apply(string text) => UnicodeNormalization.Apply(text, form);
}

internal sealed class StripAccents : Normalizer
{
    public override string Apply(string text) =>
        string.Concat(text.Where(character => CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark));
}

internal sealed class StripEnds(bool left, bool right) : Normalizer
{
    public override string Apply(string text) => (left, right) switch
    {
        (true, true) => text.Trim(),
        (true, false) => text.TrimStart(),
        (false, true) => text.TrimEnd(),
        _ => text,
    };

    public override string Continue(string text) => right ? text.TrimEnd() : text;
}

internal sealed class Prepend(string prefix) : Normalizer
{
    public override string Apply(string text) => text.Length == 0 ? text : prefix + text;

    public override string Continue(string text) => text;
}

/// <summary>BERT's clean-up: control characters go, white space becomes spaces, CJK characters stand alone, case and accents as asked for.</summary>
internal sealed class BertNormalizer(bool clean, bool isolateCjk, bool stripAccents, bool lowercase) : Normalizer
{
    public override string Apply(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean && (rune.Value is 0 or 0xFFFD || (Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r')) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format))
            {
                continue;
            }

            if (clean && Rune.IsWhiteSpace(rune))
            {
                result.Append(' ');
            }
            else if (isolateCjk && IsCjk(rune.Value))
            {
                result.Append(' ').Append(rune).Append(' ');
            }
            else
            {
                result.Append(rune);
            }
        }

        var normal = result.ToString();
        if (stripAccents)
        {
            normal = new StripAccents().Apply(new UnicodeForm(NormalizationForm.FormD).Apply(normal));
        }

        return lowercase ? normal.ToLowerInvariant() : normal;
    }

    private static bool IsCjk(int value) => value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}

internal sealed class Replace(string pattern, string content) : Normalizer
{
    private readonly Regex _regex = new(pattern, RegexOptions.CultureInvariant);

    public override string Apply(string text) => _regex.Replace(text, _ => content);
}
