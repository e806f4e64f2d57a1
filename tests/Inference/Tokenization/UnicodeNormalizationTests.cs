using System.Diagnostics;
using System.Text;
using CsCheck;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.Tokenization;

public sealed class UnicodeNormalizationTests
{
    // From Annex 15 and the first part of its conformance tests; nfc, nfd, nfkc, nfkd.
    [Theory]
    [InlineData("\u1E0A", "\u1E0A", "D\u0307", "\u1E0A", "D\u0307")]
    [InlineData("D\u0307\u0323", "\u1E0C\u0307", "D\u0323\u0307", "\u1E0C\u0307", "D\u0323\u0307")]
    [InlineData("\u212B", "\u00C5", "A\u030A", "\u00C5", "A\u030A")]
    [InlineData("\uFB01", "\uFB01", "\uFB01", "fi", "fi")]
    [InlineData("2\u2075", "2\u2075", "2\u2075", "25", "25")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307", "\u1E69", "s\u0323\u0307")]
    [InlineData("\uD55C\uAE00", "\uD55C\uAE00", "\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00", "\u1112\u1161\u11AB\u1100\u1173\u11AF")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("a\u0301\u0301", "\u00E1\u0301", "a\u0301\u0301", "\u00E1\u0301", "a\u0301\u0301")]
    public void Apply_KnownText_HasItsForms(string text, string nfc, string nfd, string nfkc, string nfkd)
    {
        Assert.Equal(nfc, UnicodeNormalization.Apply(text, NormalizationForm.FormC));
        Assert.Equal(nfd, UnicodeNormalization.Apply(text, NormalizationForm.FormD));
        Assert.Equal(nfkc, UnicodeNormalization.Apply(text, NormalizationForm.FormKC));
        Assert.Equal(nfkd, UnicodeNormalization.Apply(text, NormalizationForm.FormKD));
    }

    [Fact]
    public void Apply_AnyText_IsStableAndFormsAgree() => Gen.Int[0xA0, 0x2FA1F].Where(value => value is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32).Array[0, 12].Select(string.Concat).Sample(
        text =>
        {
            var composed = UnicodeNormalization.Apply(text, NormalizationForm.FormC);
            var decomposed = UnicodeNormalization.Apply(text, NormalizationForm.FormD);
            Assert.Equal(composed, UnicodeNormalization.Apply(composed, NormalizationForm.FormC));
            Assert.Equal(composed, UnicodeNormalization.Apply(decomposed, NormalizationForm.FormC));
            Assert.Equal(decomposed, UnicodeNormalization.Apply(composed, NormalizationForm.FormD));
        },
        iter: 2000);

    [Fact]
    public void Apply_MarksInARow_StandAsSwappingNeighboursOrdersThem() => Gen.OneOfConst("a", "\u0301", "\u0316", "\u0323", "\u05B0", "\u0345", "\u0300").Array[0, 12].Select(string.Concat).Sample(
        text => Assert.Equal(Swapped(text), UnicodeNormalization.Apply(text, NormalizationForm.FormD)), iter: 2000);

    [Fact]
    public void Apply_LongRunOfMarks_TakesAboutAsLongAsShortOnes()
    {
        const int Marks = 40_000;
        var (one, many) = ("a" + string.Concat(Enumerable.Repeat("\u0301\u0316", Marks / 2)), string.Concat(Enumerable.Repeat("a\u0301\u0316", Marks / 2)));
        var (inParts, whole) = (Best(many), Best(one));
        Assert.True(whole < 50 * inParts, $"{whole}, {inParts}"); // when it was sorted by swapping neighbours: 1000

        static TimeSpan Best(string text) => Enumerable.Range(0, 3).Min(_ =>
        {
            var began = Stopwatch.GetTimestamp();
            UnicodeNormalization.Apply(text, NormalizationForm.FormKD);
            return Stopwatch.GetElapsedTime(began);
        });
    }

    /// <summary>As the standard describes it: neighbours change places until none of a higher class stands before one of a lower.</summary>
    private static string Swapped(string text)
    {
        var marks = text.ToCharArray();
        for (var at = 1; at < marks.Length; at++)
        {
            for (var to = at; to > 0 && Class(marks[to]) > 0 && Class(marks[to - 1]) > Class(marks[to]); to--)
            {
                (marks[to - 1], marks[to]) = (marks[to], marks[to - 1]);
            }
        }

        return new(marks);

        static int Class(char c) => c switch { '\u05B0' => 10, '\u0316' or '\u0323' => 220, '\u0301' or '\u0300' => 230, '\u0345' => 240, _ => 0 };
    }
}
