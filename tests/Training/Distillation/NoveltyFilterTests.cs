using Understudy.Training.Distillation;

namespace Understudy.Training.Tests.Distillation;

public sealed class NoveltyFilterTests
{
    [Theory]
    [InlineData("where is my new card", "where is my new card", 1)]
    [InlineData("where is my card", "my card is where", 0.5)]
    [InlineData("a b c d", "x a y b z c", 0.6)]
    [InlineData("one", "", 0)]
    public void RougeL_Texts_IsTheCommonSequencesShare(string first, string second, double expected)
    {
        Assert.Equal(expected, RougeL.Of(RougeL.Words(first), RougeL.Words(second)), 1e-9);
        Assert.Equal(expected, RougeL.Of(RougeL.Words(second), RougeL.Words(first)), 1e-9);
    }

    [Fact]
    public void Offer_TextLikeOneKept_IsRefused()
    {
        var filter = new NoveltyFilter();
        filter.Add("Where is my new card");
        Assert.False(filter.Offer("where is my new bank card"));
        Assert.True(filter.Offer("the machine kept my money"));
        Assert.False(filter.Offer("the machine kept my money again"));
        Assert.Equal(2, filter.Count);
    }

    [Fact]
    public void Write_TwoKinds_NeverMixesThem()
    {
        var written = SplicedInputs.Write([("a1 a2 a3", 0), ("a4 a5 a6", 0), ("b1 b2 b3", 1), ("b4 b5", 1), ("lonely", 2)], 50, new Random(3)).ToArray();
        Assert.Equal(50, written.Length);
        Assert.All(written, input => Assert.All(input.Text.Split(' '), word => Assert.Equal("ab"[input.Label], word[0])));
        Assert.Contains(written, input => input.Text is not ("a1 a2 a3" or "a4 a5 a6" or "b1 b2 b3" or "b4 b5"));
    }

    [Fact]
    public void Write_CaseAndPunctuation_StayAsTheyAre()
    {
        string[] texts = ["My card, please?", "Where is MY card?"];

        var written = SplicedInputs.Write([.. texts.Select(text => (text, 0))], 50, new Random(3)).ToArray();

        var words = texts.SelectMany(text => text.Split(' ')).ToHashSet();
        Assert.All(written, input => Assert.Subset(words, input.Text.Split(' ').ToHashSet()));
    }
}
