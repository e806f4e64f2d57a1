using System.Text;

namespace Understudy.Inference.Routing;

/// <summary>What a router reads: the input, and its length and make-up as words of their own, which n-grams would not show.</summary>
internal static class RouterText
{
    public static string Of(string input)
    {
        var (digits, signs, words) = (0, 0, 1);
        foreach (var c in input)
        {
            digits += char.IsDigit(c) ? 1 : 0;
            signs += char.IsLetterOrDigit(c) || char.IsWhiteSpace(c) ? 0 : 1;
            words += c == ' ' ? 1 : 0;
        }

        return new StringBuilder(input)
            .Append(" lengthis").Append(Step(input.Length))
            .Append(" wordsare").Append(Step(words))
            .Append(" digitsare").Append(Step(digits))
            .Append(" signsare").Append(Step(signs)).ToString();
    }

    /// <summary>Half octaves: 1, 2, 3, 4, 6, 8, 11, 16, …</summary>
    private static int Step(int count) => (int)Math.Round(2 * Math.Log2(1 + count));
}
