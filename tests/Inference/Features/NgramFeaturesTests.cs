using Understudy.Inference.Features;

namespace Understudy.Inference.Tests.Features;

public sealed class NgramFeaturesTests
{
    private const string Start = "the first words ", End = " click here to leave";

    private static readonly string Long = Start + string.Concat(Enumerable.Repeat("and more of the middle ", 100)) + End;

    [Fact]
    public void Extract_TextLongerThanLimitWithTail_ReadsStartAndEnd() =>
        Assert.Equal(Of(Start + End, new()), Of(Long, new() { TextLimit = Start.Length + End.Length, TailLimit = End.Length }));

    [Fact]
    public void Extract_TextLongerThanLimitWithoutTail_ReadsItsStart() =>
        Assert.Equal(Of(Start, new()), Of(Long, new() { TextLimit = Start.Length }));

    [Fact]
    public void Extract_TailCutsAWord_ItsPiecesStayApart() =>
        Assert.Equal(Of("ab gh", new()), Of("abcdefgh", new() { TextLimit = 4, TailLimit = 2 }));

    [Fact]
    public void Extract_TextWithinLimit_TailChangesNothing() =>
        Assert.Equal(Of(Long, new()), Of(Long, new() { TailLimit = 100 }));

    [Fact]
    public void Extract_TailLongerThanLimit_ReadsTheEndAlone() =>
        Assert.Equal(Of("gh", new()), Of("abcdefgh", new() { TextLimit = 2, TailLimit = 9 }));

    private static Dictionary<int, float> Of(string text, NgramOptions options)
    {
        var vector = new SparseVector();
        new NgramFeatures(options).Extract(text, vector);
        return vector.Indices.ToArray().Zip(vector.Values.ToArray()).ToDictionary();
    }
}
