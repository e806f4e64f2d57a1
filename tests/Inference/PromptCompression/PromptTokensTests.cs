using Microsoft.ML.Tokenizers;
using Understudy.Inference.PromptCompression;

namespace Understudy.Inference.Tests.PromptCompression;

public sealed class PromptTokensTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("漢")]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData("😀")]
    public async Task Count_NothingButARun_TakesNoMoreThanItsLength(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 1_000_000));

        var tokens = await Task.Run(() => PromptTokens.Count(text)).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.InRange(tokens, 1, 4 * text.Length);
    }

    [Fact]
    public void Count_TextWithBorders_IsTheTokenizersOwn()
    {
        var text = string.Concat(Enumerable.Repeat("The 1st of Zürich's 12,500,000 cables — \"steel\" — crossed\n\n    the river (again!). 東京は首都です。", 50));

        Assert.Equal(TiktokenTokenizer.CreateForEncoding("cl100k_base").CountTokens(text), PromptTokens.Count(text));
    }
}
