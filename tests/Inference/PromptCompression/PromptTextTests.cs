using CsCheck;
using Understudy.Inference.PromptCompression;

namespace Understudy.Inference.Tests.PromptCompression;

public sealed class PromptTextTests
{
    [Theory]
    [InlineData("It ended. Then it began.", 2)]
    [InlineData("J. R. R. Tolkien met Mr. Lewis. They talked.", 2)]
    [InlineData("He said \"Stop!\" They did (at last.) Nobody knows why", 3)]
    [InlineData("version 1.2.3 of 3.5 mm", 1)]
    [InlineData("First line\nSecond line", 2)]
    [InlineData("これは本です。あれはペンです。", 2)]
    [InlineData("", 0)]
    [InlineData("  \n ", 0)]
    public void Read_CutsSentences(string text, int sentences) => Assert.Equal(sentences, PromptText.Read(text).Sentences.Count);

    [Fact]
    public void Read_NoFullStop_CutsAnyway() =>
        Assert.Equal(3, PromptText.Read(string.Join(' ', Enumerable.Repeat("word", 150))).Sentences.Count);

    [Fact]
    public void Read_AnyText_LosesOnlyTrailingWhiteSpace() => Gen.String[Gen.Char[" \n\tab.Z9「。'é"], 0, 60].Sample(
        text =>
        {
            var read = PromptText.Read(text);
            Assert.Equal(text.TrimEnd(), string.Concat(read.Sentences.Select(sentence => read.Span(sentence).ToString())));
        },
        iter: 1000, threads: 1);

    [Theory]
    [InlineData("(1894),", "1894")]
    [InlineData("well-known", "well-known")]
    [InlineData("--", "")]
    public void Core_LeavesOutPunctuation(string word, string core)
    {
        var text = PromptText.Read(word);
        Assert.Equal(core, text.Core(text.Words[0]).ToString());
    }
}
