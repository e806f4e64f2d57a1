using System.Diagnostics;

namespace Understudy.Edge.Tests;

/// <summary>Waits for what another process or loop does in its own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var patience = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(patience.Elapsed < Patience, $"It did not happen within {Patience.TotalSeconds:0} s that {what}.");
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }
}
