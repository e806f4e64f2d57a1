using Understudy.Inference.FunctionCalls;

namespace Understudy.Inference.Tests.FunctionCalls;

public sealed class CallLabelsTests
{
    private static readonly TaggedRequest[] Requests =
    [
        TaggedRequest.Parse("play some jazz by the new band", "PlayMusic", "O O B-genre O B-artist I-artist I-artist"),
        TaggedRequest.Parse("weather in new york", "GetWeather", "O O B-city I-city"),
    ];

    private static readonly CallLabels Labels = CallLabels.Of(Requests);

    [Fact]
    public void Of_Requests_NamesIntentsTagsAndWhichGoTogether()
    {
        Assert.Equal(["GetWeather", "PlayMusic"], Labels.Intents);
        Assert.Equal(["O", "B-artist", "I-artist", "B-city", "I-city", "B-genre", "I-genre"], Labels.Tags);
        Assert.Equal([0, 3, 4], Labels.Slots[0]);
        Assert.Equal([0, 1, 2, 5, 6], Labels.Slots[1]);
        Assert.Equal([0, 0, 5, 0, 1, 2, 2], Labels.TagsOf(Requests[0]));
    }

    [Fact]
    public void Best_TagsThatCannotFollow_TakesTheLikeliestThatCan()
    {
        string[] words = ["weather", "in", "york"];
        // The last word looks most like the middle of a city, of which no beginning is there.
        var (request, logProbability) = Labels.Best(words, Log(0.9f, 0.1f), Rows(words.Length, (0, 0, 0.9f), (1, 0, 0.9f), (2, 4, 0.6f), (2, 3, 0.3f)));

        Assert.Equal("""{"intent":"GetWeather","slots":{"city":"york"}}""", request.Call.ToJson());
        Assert.Equal(Math.Log(0.9 * 0.9 * 0.9 * 0.3), logProbability, 1e-5);
    }

    [Fact]
    public void Best_TagsOfAnotherIntent_DecideTheIntent()
    {
        string[] words = ["play", "jazz"];
        var (request, _) = Labels.Best(words, Log(0.6f, 0.4f), Rows(words.Length, (0, 0, 0.98f), (1, 5, 0.9f)));

        Assert.Equal("""{"intent":"PlayMusic","slots":{"genre":"jazz"}}""", request.Call.ToJson());
    }

    [Fact]
    public void Best_AnyScores_IsTheBestOfAllPathsThatAreAllowed()
    {
        var random = new Random(5);
        for (var turn = 0; turn < 50; turn++)
        {
            string[] words = ["a", "b", "c"];
            float[] Draw(int count) => Log([.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() + 0.001f)]);
            var (intents, tags) = (Draw(2), words.SelectMany(_ => Draw(Labels.Tags.Count)).ToArray());

            var (request, logProbability) = Labels.Best(words, intents, tags);

            var paths = from intent in new[] { 0, 1 }
                        from x in Labels.Slots[intent]
                        from y in Labels.Slots[intent]
                        from z in Labels.Slots[intent]
                        where Follows("O", x) && Follows(Labels.Tags[x], y) && Follows(Labels.Tags[y], z)
                        select (Intent: Labels.Intents[intent], Tags: new[] { x, y, z }, Score: intents[intent] + tags[x] + tags[7 + y] + (double)tags[14 + z]);
            var best = paths.MaxBy(path => path.Score);
            Assert.Equal(best.Score, logProbability, 1e-5);
            Assert.Equal(TaggedRequest.Parse("a b c", best.Intent, string.Join(' ', best.Tags.Select(tag => Labels.Tags[tag]))).Call, request.Call);
        }
    }

    private static bool Follows(string before, int tag) => Labels.Tags[tag][0] != 'I' || before.Length > 2 && before[2..] == Labels.Tags[tag][2..];

    private static float[] Log(params float[] chances)
    {
        var sum = chances.Sum();
        return Array.ConvertAll(chances, chance => MathF.Log(chance / sum));
    }

    /// <summary>Rows of log-probabilities with these chances, and next to nothing elsewhere.</summary>
    private static float[] Rows(int words, params (int Word, int Tag, float Chance)[] chances)
    {
        var rows = Enumerable.Repeat(MathF.Log(1e-6f), words * Labels.Tags.Count).ToArray();
        foreach (var (word, tag, chance) in chances)
        {
            rows[(word * Labels.Tags.Count) + tag] = MathF.Log(chance);
        }

        return rows;
    }
}
