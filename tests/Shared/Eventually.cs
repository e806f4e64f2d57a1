using System.Diagnostics;

namespace Understudy.Tests;

/// <summary>Waits for what another thread, loop or process does in its own time, and no longer than it may take.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Reads until it is there.</summary>
    /// <param name="what">Is awaited; ends "It did not happen that …".</param>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> there, string what)
    {
        for (var patience = Stopwatch.StartNew(); ; await Task.Delay(25, TestContext.Current.CancellationToken))
        {
            var value = await read();
            if (there(value))
            {
                return value;
            }

            Assert.True(patience.Elapsed < Patience, $"It did not happen within {Patience.TotalSeconds:0} s that {what}. Last seen: {value}");
        }
    }

    public static Task TrueAsync(Func<Task<bool>> condition, string what) => UntilAsync(condition, there => there, what);
}
