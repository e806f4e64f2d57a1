using Understudy.Bench.Chaos;

namespace Understudy.Conformance.Tests.Embedded;

/// <summary>Real processes and real SIGKILLs; <c>bench chaos</c> does the same many times over.</summary>
public sealed class EmbeddedKills
{
    [Fact]
    public async Task Kill_DuringABatch_LosesAndDuplicatesNothing()
    {
        var result = await EngineChaos.RunAsync(kills: 3, records: 6_000, window: 20, seed: 1);

        Assert.True(result.Kills > 0, "The batch was over before the first kill.");
        Assert.Equal((0, 0), (result.Lost, result.Duplicated));
    }

    [Fact]
    public void EngineChaosResult_LostAndDuplicatedRecords_AreCounted()
    {
        var result = EngineChaosResult.Of(kills: 1, records: 4, [0, 1, 1, 9], seconds: 0);

        Assert.Equal((2, 2), (result.Lost, result.Duplicated));
    }
}
