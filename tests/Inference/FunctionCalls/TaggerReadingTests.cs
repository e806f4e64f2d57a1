using Understudy.Inference.FunctionCalls;

namespace Understudy.Inference.Tests.FunctionCalls;

public sealed class TaggerReadingTests
{
    private static readonly CallLabels Labels = new(["Play", "Rate"], ["O", "B-artist", "I-artist", "B-song", "I-song"], [[0, 1, 2, 3, 4], [0]]);

    [Fact]
    public void LogProbability_OfItsOwnCall_IsThatOfItsTags()
    {
        var reading = Reading("play help by the band help");
        var (call, logProbability) = reading.Best();

        Assert.Equal(logProbability, reading.LogProbability(call), 1e-4);
    }

    [Theory]
    [InlineData("""{"intent":"Play","slots":{"song":"help","artist":"the band"}}""", "O B-song O B-artist I-artist O")]
    [InlineData("""{"intent":"Play","slots":{"artist":"the band","song":"help"}}""", "O O O B-artist I-artist B-song")] // the one after the artist
    [InlineData("""{"intent":"Play","slots":{"song":"help, help"}}""", "O B-song O O O B-song")]
    [InlineData("""{"intent":"Play","slots":{"song":"help, band","artist":"help"}}""", "O B-song O O B-song B-artist")]
    [InlineData("""{"intent":"Play","slots":{"song":"by, help, help"}}""", "O B-song B-song O O B-song")] // back to the one that is free
    public void LogProbability_OfAnothersCall_IsThatOfTheTagsWhereItsValuesStand(string json, string tags)
    {
        var reading = Reading("play help by the band help");
        var expected = (double)reading.Intents[0];
        foreach (var (word, tag) in tags.Split(' ').Index())
        {
            expected += reading.Tags[(word * Labels.Tags.Count) + Labels.Tags.ToList().IndexOf(tag)];
        }

        Assert.True(FunctionCall.TryParse(json, out var call));
        Assert.Equal(expected, reading.LogProbability(call!), 1e-4);
    }

    [Fact]
    public void Parts_OfTheLikeliestCall_AreItsTextAndMultiplyToItsProbability()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var reading = Reading("play help by the band help", seed);
            var (call, logProbability) = reading.Best();

            var (parts, certainties) = reading.Parts();

            Assert.Equal(call.ToJson(), string.Concat(parts));
            Assert.Equal(call.Slots.Count + 2, parts.Count);
            Assert.Equal(logProbability, certainties.Sum(Math.Log), 1e-4);
        }
    }

    [Theory]
    [InlineData("""{"intent":"Play","slots":{"song":"yesterday"}}""")] // stands nowhere
    [InlineData("""{"intent":"Play","slots":{"album":"help"}}""")] // no such slot
    [InlineData("""{"intent":"Buy","slots":{}}""")] // no such intent
    [InlineData("""{"intent":"Play","slots":{"song":"the band","artist":"the band"}}""")] // the same words twice
    public void LogProbability_OfWhatItCannotSay_IsMinusInfinity(string json)
    {
        Assert.True(FunctionCall.TryParse(json, out var call));
        Assert.Equal(double.NegativeInfinity, Reading("play help by the band help").LogProbability(call!));
    }

    private static TaggerReading Reading(string text, int seed = 3)
    {
        var (words, random) = (text.Split(' '), new Random(seed));
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => -1 - (float)random.NextDouble())];
        return new(Labels, words, Draw(2), Draw(words.Length * Labels.Tags.Count));
    }
}
