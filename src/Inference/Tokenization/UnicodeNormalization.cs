using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Understudy.Inference.Tokenization;

/// <summary>
/// The four normalization forms of Unicode (Annex 15), from tables of our own: without ICU, as this product runs, the framework's
/// <see cref="string.Normalize()"/> leaves text as it is.
/// </summary>
/// <remarks>
/// <c>unicode-normalization.txt</c> has fields 0, 3 and 5 of Unicode 14's UnicodeData.txt, a character a line: code; combining class;
/// decomposition, after <c>=</c> if it also composes, <c>-</c> if it does not, <c>~</c> if it only holds for the compatibility forms.
/// </remarks>
internal static class UnicodeNormalization
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int Leads = 19, Vowels = 21, Tails = 28;

    private static readonly Lazy<Tables> Data = new(Read);

    public static string Apply(string text, NormalizationForm form)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var tables = Data.Value;
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(tables, rune.Value, form is NormalizationForm.FormKC or NormalizationForm.FormKD, runes);
        }

        Order(tables, runes);
        if (form is NormalizationForm.FormC or NormalizationForm.FormKC)
        {
            Compose(tables, runes);
        }

        var result = new StringBuilder(text.Length);
        foreach (var rune in runes)
        {
            result.Append(new Rune(rune));
        }

        return result.ToString();
    }

    private static void Decompose(Tables tables, int rune, bool compatibility, List<int> into)
    {
        if (rune is >= HangulBase and < HangulBase + (Leads * Vowels * Tails))
        {
            var (index, tail) = Math.DivRem(rune - HangulBase, Tails);
            into.Add(LeadBase + (index / Vowels));
            into.Add(VowelBase + (index % Vowels));
            if (tail > 0)
            {
                into.Add(TailBase + tail);
            }
        }
        else if (tables.Decompositions.TryGetValue(rune, out var parts) && (compatibility || !parts.Compatibility))
        {
            foreach (var part in parts.Runes)
            {
                Decompose(tables, part, compatibility, into);
            }
        }
        else
        {
            into.Add(rune);
        }
    }

    /// <summary>Marks in a row stand in the order of their classes; those of one class keep theirs.</summary>
    private static void Order(Tables tables, List<int> runes)
    {
        for (int at = 0, end; at < runes.Count; at = end + 1)
        {
            for (end = at; end < runes.Count && tables.Class(runes[end]) > 0; end++)
            {
            }

            if (end - at > 1)
            {
                var ordered = runes[at..end].OrderBy(tables.Class).ToArray(); // stable
                ordered.CopyTo(CollectionsMarshal.AsSpan(runes)[at..]);
            }
        }
    }

    private static void Compose(Tables tables, List<int> runes)
    {
        var (count, starter, last) = (0, -1, -1);
        foreach (var rune in runes.ToArray())
        {
            var mark = tables.Class(rune);
            // Nothing of the same or a higher class may stand between a starter and what joins it.
            if (starter >= 0 && last < mark && tables.Composed(runes[starter], rune) is { } joined)
            {
                runes[starter] = joined;
                continue;
            }

            if (mark == 0)
            {
                (starter, last) = (count, -1);
            }
            else
            {
                last = mark;
            }

            runes[count++] = rune;
        }

        runes.RemoveRange(count, runes.Count - count);
    }

    private static Tables Read()
    {
        using var stream = typeof(UnicodeNormalization).Assembly.GetManifestResourceStream("unicode-normalization.txt")!;
        using var reader = new StreamReader(stream);
        var tables = new Tables([], [], []);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(';');
            var rune = Hex(fields[0]);
            if (fields[1].Length > 0)
            {
                tables.Classes[rune] = int.Parse(fields[1], CultureInfo.InvariantCulture);
            }

            if (fields[2].Length > 0)
            {
                var parts = Array.ConvertAll(fields[2][1..].Split(' '), Hex);
                tables.Decompositions[rune] = (fields[2][0] == '~', parts);
                if (fields[2][0] == '=')
                {
                    tables.Compositions[(parts[0], parts[1])] = rune;
                }
            }
        }

        return tables;
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed record Tables(Dictionary<int, int> Classes, Dictionary<int, (bool Compatibility, int[] Runes)> Decompositions, Dictionary<(int First, int Second), int> Compositions)
    {
        public int Class(int rune) => Classes.GetValueOrDefault(rune);

        public int? Composed(int first, int second)
        {
            if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
            {
                return HangulBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Tails);
            }

            if (first is >= HangulBase and < HangulBase + (Leads * Vowels * Tails) && (first - HangulBase) % Tails == 0 && second is > TailBase and < TailBase + Tails)
            {
                return first + second - TailBase;
            }

            return Compositions.TryGetValue((first, second), out var joined) ? joined : null;
        }
    }
}
