using CsCheck;
using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Tests.Decoding;

public sealed class TokenDistributionTests
{
    private static readonly Gen<SamplingOptions> Options =
        from temperature in Gen.Double[0.2, 3]
        from topK in Gen.Int[0, 12]
        from topP in Gen.OneOf(Gen.Double[0.05, 1], Gen.Const(0.0))
        from minP in Gen.Double[0, 0.5]
        from penalty in Gen.Double[0.5, 2]
        select new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP, RepetitionPenalty = penalty };

    [Fact]
    public void Fill_AnyOptions_IsWhatThePlainReferenceGives() =>
        Gen.Select(Options, Gen.Int[-56, 56].Select(level => level / 7f).Array[10], Gen.Int[0, 9].List[0, 5], Gen.Bool.Array[10]).Sample((options, logits, history, allowed) =>
        {
            var mask = new TokenMask(10);
            foreach (var (token, fine) in allowed.Index())
            {
                if (fine || token == 3)
                {
                    mask.Add(token);
                }
            }

            var actual = new float[10];
            new TokenDistribution(options, 10).Fill(logits, [.. history], mask, actual);
            Assert.Contains(References(options, logits, history, mask), expected => expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) < 2e-5));
            Assert.Equal(1, actual.Sum(), 1e-5);
        }, iter: 2000, threads: 1);

    [Theory]
    [InlineData(1e-37)]
    [InlineData(1e-38)]
    [InlineData(1e-40)]
    [InlineData(1e-60)]
    public void Fill_TinyTemperature_AllIsOnTheBestThatIsAllowed(double temperature)
    {
        var mask = new TokenMask(4);
        mask.Add(1);
        mask.Add(2);
        var actual = new float[4];
        new TokenDistribution(new() { Temperature = temperature }, 4).Fill([30, 9, 20, -4], [], mask, actual);
        Assert.Equal([0, 0, 1, 0], actual);
    }

    [Fact]
    public void Best_WithMaskAndPenalty_IsTheBestThatIsLeft()
    {
        var mask = new TokenMask(4);
        mask.Add(0);
        mask.Add(2);
        var distribution = new TokenDistribution(new() { RepetitionPenalty = 3 }, 4);
        Assert.Equal(2, distribution.Best([3, 9, 2, 1], [0], mask));
        Assert.Equal(0, distribution.Best([3, 9, 2, 1], [], mask));
        Assert.Equal(1, new TokenDistribution(new(), 4).Best([3, 9, 2, 1], [1], (TokenMask?)null));
    }

    [Fact]
    public void Best_WithAGrammar_IsTheBestOfItsMaskAndAheadByAsMuch()
    {
        byte[]?[] vocabulary = [null, .. Enumerable.Range(32, 95).Select(value => new[] { (byte)value }), "true"u8.ToArray(), "fal"u8.ToArray(), "{\""u8.ToArray(), "\":"u8.ToArray()];
        var schema = System.Text.Json.JsonDocument.Parse("""{ "type": "object", "required": ["a"], "properties": { "a": { "type": "boolean" } } }""").RootElement;
        var grammar = new TokenGrammar(JsonSchemaReader.Read(schema), vocabulary, [0]);
        var (random, shortcuts) = (new Random(7), 0);
        foreach (var penalty in new[] { 1.0, 1.3 })
        {
            var (distribution, other) = (new TokenDistribution(new() { RepetitionPenalty = penalty }, vocabulary.Length + 3), new TokenDistribution(new() { RepetitionPenalty = penalty }, vocabulary.Length + 3));
            for (var text = 0; text < 40; text++)
            {
                var cursor = grammar.Begin(30);
                List<int> history = [1];
                while (true)
                {
                    // Three logits more than there are tokens; now and then the best is one that is allowed.
                    float[] logits = [.. Enumerable.Range(0, vocabulary.Length + 3).Select(_ => (float)random.NextDouble())];
                    if (cursor.Mask is { } mask && random.Next(2) == 0)
                    {
                        logits[Enumerable.Range(0, vocabulary.Length).Where(token => mask[token]).OrderBy(_ => random.Next()).First()] = 2 + (float)random.NextDouble();
                    }

                    var past = history.ToArray();
                    var expected = other.Best(logits, past, cursor.Mask);
                    Assert.Equal(expected, distribution.Best(logits, past, cursor));
                    shortcuts += expected == Array.IndexOf(logits, logits.Max()) ? 1 : 0;
                    foreach (var noise in new[] { 0.01f, 0.3f, 1.5f, 3f })
                    {
                        Assert.Equal(expected, distribution.Best(logits, past, cursor));
                        Assert.Equal(other.IsAhead(logits, past, cursor, expected, noise), distribution.IsAhead(logits, past, cursor, expected, noise));
                    }

                    if (cursor.HasEnded)
                    {
                        break;
                    }

                    cursor.Advance(expected);
                    history.Add(expected);
                }
            }
        }

        Assert.InRange(shortcuts, 100, 10_000);
    }

    /// <summary>A penalty stretches what lies between two logits, and with it what rounding has made of them.</summary>
    [Theory]
    [InlineData(10, -1)]
    [InlineData(0.1, 1)]
    public void IsAhead_UnderAPenalty_OfRowsThatRoundingTellsApartIsNotSureInBoth(double penalty, float sign)
    {
        const float Noise = 0.004f;
        var distribution = new TokenDistribution(new() { RepetitionPenalty = penalty }, 2);
        var (first, isFirstAhead) = Best(1.000f, 1.0005f);
        var (second, isSecondAhead) = Best(1.001f, 1.0005f);
        Assert.NotEqual(first, second);
        Assert.False(isFirstAhead && isSecondAhead);
        Assert.True(Best(1, 3).IsAhead);

        (int Token, bool IsAhead) Best(params float[] sizes)
        {
            float[] logits = [.. sizes.Select(size => sign * size)];
            var best = distribution.Best(logits, [0, 1], (GrammarCursor?)null);
            return (best, distribution.IsAhead(logits, [0, 1], null, best, Noise));
        }
    }

    [Fact]
    public void Draw_Probabilities_AreKept()
    {
        var counts = new int[3];
        var random = new Random(4);
        for (var i = 0; i < 20_000; i++)
        {
            counts[TokenDistribution.Draw([0.2f, 0, 0.8f], random)]++;
        }

        Assert.Equal(0, counts[1]);
        Assert.InRange(counts[0], 3770, 4230); // four standard deviations
    }

    /// <summary>What may come out where a value and a limit are equal but for rounding: such a token may stay or go.</summary>
    private static IEnumerable<double[]> References(SamplingOptions options, float[] logits, IReadOnlyCollection<int> history, TokenMask mask)
    {
        double[] roundings = [1, 1 - 1e-6, 1 + 1e-6];
        return from value in roundings from sum in roundings select Reference(options, logits, history, mask, value, sum);
    }

    /// <summary>Sort, cut, divide: as the options are defined. Chances of equal tokens are equal, so ties are all kept.</summary>
    /// <param name="valueRounding">What a limit on one token's chance is multiplied with.</param>
    /// <param name="sumRounding">What the limit on the sum of chances is multiplied with.</param>
    private static double[] Reference(SamplingOptions options, float[] logits, IReadOnlyCollection<int> history, TokenMask mask, double valueRounding, double sumRounding)
    {
        var p = logits.Select((logit, token) =>
        {
            var value = !history.Contains(token) ? logit : logit > 0 ? logit / options.RepetitionPenalty : logit * options.RepetitionPenalty;
            return mask[token] ? Math.Exp(value / options.Temperature) : 0;
        }).ToArray();
        if (options.TopK > 0)
        {
            var least = p.OrderDescending().Skip(Math.Min(options.TopK, 10) - 1).First();
            p = [.. p.Select(value => value >= least * valueRounding ? value : 0)];
        }

        if (options.TopP < 1)
        {
            var (reached, least) = (0.0, 0.0);
            foreach (var value in p.OrderDescending())
            {
                if (reached > 0 && reached >= options.TopP * p.Sum() * sumRounding)
                {
                    break;
                }

                (reached, least) = (reached + value, value);
            }

            p = [.. p.Select(value => value >= least * valueRounding ? value : 0)];
        }

        p = [.. p.Select(value => value >= options.MinP * p.Max() * valueRounding ? value : 0)];
        return [.. p.Select(value => value / p.Sum())];
    }
}
