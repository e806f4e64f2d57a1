using Microsoft.Extensions.Options;
using Understudy.Inference.Decoding;

namespace Understudy.Verifier.Scheduling;

/// <summary>
/// Who may run a model now. Whoever waits is served in the order in which they came, and a generation that has made its step goes to the
/// end of the line: so requests share the cores step by step, and a short one is not held up by a long one. Thread-safe.
/// </summary>
internal sealed class StepTurns(IOptions<SchedulingOptions> options) : IDisposable
{
    // Its asynchronous waiters are served first come, first served, and Release hands over to one of them: nobody can push in.
    private readonly SemaphoreSlim _lanes = new(options.Value.Lanes);
    private readonly int _part = options.Value.PromptTokensPerTurn;
    private long _taken;
    private int _waiting;

    /// <summary>Turns so far.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Those in line.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits for a turn; dispose it when the step is done.</summary>
    public async ValueTask<StepTurn> TakeAsync(CancellationToken cancellationToken)
    {
        // Counted once it stands in line and not before, so that whoever sees the count knows who comes first.
        var lane = _lanes.WaitAsync(cancellationToken);
        Interlocked.Increment(ref _waiting);
        try
        {
            await lane;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        Interlocked.Increment(ref _taken);
        return new(_lanes);
    }

    /// <summary>
    /// Reads all but the last part of a prompt into a sequence, each part in a turn of its own, so that nobody waits for the whole of a long one. A short one
    /// is left to the step that comes next, and never the last token alone: for that, an export would read the part before it again.
    /// </summary>
    /// <returns>Tokens of the prompt that lay there before.</returns>
    public async ValueTask<int> ReadPromptAsync(DecoderSession session, int[] prompt, CancellationToken cancellationToken)
    {
        var cached = Math.Min(session.Tokens.CommonPrefixLength(prompt), prompt.Length - 1);
        for (var read = cached + _part; read < prompt.Length - 1; read += _part)
        {
            using var turn = await TakeAsync(cancellationToken);
            session.Prefill(prompt.AsSpan(0, read));
        }

        return cached;
    }

    public void Dispose() => _lanes.Dispose();
}
