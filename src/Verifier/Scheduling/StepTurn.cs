namespace Understudy.Verifier.Scheduling;

/// <summary>The right to run one step.</summary>
internal readonly struct StepTurn(SemaphoreSlim lanes) : IDisposable
{
    public void Dispose() => lanes.Release();
}
