namespace Understudy.Verifier.Tests;

/// <summary>Waits for what other threads bring about, and no longer.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, $"It did not come about that {what}.");
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
