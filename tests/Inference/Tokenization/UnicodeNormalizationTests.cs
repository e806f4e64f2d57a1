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
}
