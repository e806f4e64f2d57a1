using System.Runtime;
using Understudy.Training.Encoders;

namespace Understudy.Training.Tests.Encoders;

/// <summary>One test of this assembly runs at a time: nothing else of the process allocates meanwhile.</summary>
public sealed class CollectionHoldTests
{
    [Fact]
    public void Renew_WhileThereIsRoom_NothingIsCollected()
    {
        using var hold = new CollectionHold();
        hold.Renew();
        var before = GC.CollectionCount(0);

        for (var step = 0; step < 50; step++)
        {
            hold.Renew();
            Use(new byte[1_000_000]);
        }

        Assert.Equal((before, GCLatencyMode.NoGCRegion), (GC.CollectionCount(0), GCSettings.LatencyMode));
    }

    [Fact]
    public void Renew_RoomIsUsedUp_CollectsBetweenSteps()
    {
        using var hold = new CollectionHold();
        hold.Renew();
        var before = GC.CollectionCount(0);

        for (var step = 0; step < 500; step++)
        {
            hold.Renew();
            Use(new byte[1_000_000]);
        }

        Assert.InRange(GC.CollectionCount(0) - before, 2, 20);
        Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    [Fact]
    public void Dispose_TwoAtOnce_LeavesTheCollectorAsItWas()
    {
        var mode = GCSettings.LatencyMode;
        using (var first = new CollectionHold())
        using (var second = new CollectionHold())
        {
            first.Renew();
            second.Renew();
        }

        Assert.Equal(mode, GCSettings.LatencyMode);
    }

    private static void Use(byte[] memory) => memory[0]++;
}
