using Polly;
using Polly.CircuitBreaker;
using Polly.Hedging;
using Polly.Retry;
using Understudy.Inference.Budgets;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Leads;

/// <summary>
/// Asks another lead within a deadline, from when there is a place for the question: attempts with a time each, repeated with growing, jittered
/// pauses where that may help, and none at all for a while once most fail. Whatever goes wrong comes out as <see cref="LeadAwayException"/>, but
/// for a budget that is spent.
/// </summary>
internal sealed class ResilientLead : ILeadEndpoint
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.2), LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>So much earlier than it was told to a question may come again: timers are not exact.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(0.1);

    /// <summary>Of the deadline, for one attempt at most: a lead that is slower than that is seen to fail.</summary>
    private const double MostOfDeadline = 0.95;

    /// <summary>Seconds; Polly takes no shorter one.</summary>
    private const double LeastTimeout = 0.01;

    private readonly ILeadEndpoint _inner;
    private readonly LeadDefinition _lead;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _places;
    private readonly ResiliencePipeline<LeadReply> _attempts;

    /// <param name="inner">Owned from here on.</param>
    /// <param name="patient">Whether to go on within the deadline while the endpoint is left alone: there is nobody else to answer.</param>
    public ResilientLead(ILeadEndpoint inner, LeadDefinition lead, bool patient, TimeProvider time)
    {
        (_inner, _lead, _time, _places) = (inner, lead, time, new(lead.Concurrency));
        var attempts = new ResiliencePipelineBuilder<LeadReply> { TimeProvider = time }.AddTimeout(TimeSpan.FromSeconds(lead.DeadlineSeconds));
        if (lead.Retries > 0)
        {
            attempts.AddRetry(Retry(lead, patient, time));
        }

        if (lead.HedgeSeconds is { } seconds)
        {
            attempts.AddHedging(new HedgingStrategyOptions<LeadReply>
            {
                Delay = TimeSpan.FromSeconds(seconds),
                MaxHedgedAttempts = 1,
                // A second attempt that the budget or the circuit refuses says nothing of the first, which is paid for and under way.
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is { } error && (LeadFailure.IsTransient(error) || error is BudgetSpentException or LeadAwayException or BrokenCircuitException)),
            });
        }

        var circuit = new CircuitBreakerStateProvider();
        _attempts = attempts
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<LeadReply>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = LongestPause,
                StateProvider = circuit,
                // Whose caller is gone, or whose other attempt was faster, has not failed. Polly knows only failed and well, though, and a probe that nobody waited for does not show that it is well.
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } error and not HeldBackException && LeadFailure.IsTransient(error)
                    && !(error is OperationCanceledException && arguments.Context.CancellationToken.IsCancellationRequested && circuit.CircuitState != CircuitState.HalfOpen)),
            })
            .AddTimeout(TimeSpan.FromSeconds(Math.Max(LeastTimeout, Math.Min(lead.TimeoutSeconds, lead.DeadlineSeconds * MostOfDeadline))))
            .Build();
    }

    public async Task<LeadReply> AskAsync(LeadRequest request, CancellationToken cancellationToken)
    {
        // However long others keep it waiting, the lead is not to blame. A caller in a hurry says so with its token.
        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, request.TooLate))
        {
            await _places.WaitAsync(waiting.Token).ConfigureAwait(false);
        }

        try
        {
            var start = _time.GetTimestamp();
            var reply = await _attempts.ExecuteAsync(
                static async (state, token) => await state.Self.AttemptAsync(state.request, state.Held, token).ConfigureAwait(false),
                (Self: this, request, Held: new Held()),
                cancellationToken).ConfigureAwait(false);
            return reply with { Milliseconds = _time.GetElapsedTime(start).TotalMilliseconds };
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not (BudgetSpentException or LeadAwayException))
        {
            throw new LeadAwayException($"{_lead.Name} at {_lead.Endpoint}: {LeadFailure.Describe(error)}.", LeadFailure.RetryAfter(error, _time.GetUtcNow()) ?? LongestPause, error)
            {
                IsRefusal = LeadFailure.IsRefusal(error),
            };
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        _inner.Dispose();
        _places.Dispose();
    }

    /// <summary>Once told when to come again, a question does not come earlier, by a hedge for one.</summary>
    private async Task<LeadReply> AttemptAsync(LeadRequest request, Held held, CancellationToken cancellationToken)
    {
        if (held.Refusal is { } refusal && _time.GetUtcNow() < held.Until)
        {
            throw new HeldBackException(refusal);
        }

        try
        {
            return await _inner.AskAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (LeadFailure.RetryAfter(error, _time.GetUtcNow()) is { } pause)
        {
            (held.Until, held.Refusal) = (_time.GetUtcNow() + pause - Slack, error);
            throw;
        }
    }

    private static RetryStrategyOptions<LeadReply> Retry(LeadDefinition lead, bool patient, TimeProvider time)
    {
        // A longer pause than this would leave no time for the attempt after it.
        var longest = TimeSpan.FromSeconds(lead.DeadlineSeconds / 2);
        return new()
        {
            MaxRetryAttempts = lead.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } error
                && (LeadFailure.IsTransient(error) || (patient && error is BrokenCircuitException))
                && (LeadFailure.RetryAfter(error, time.GetUtcNow()) ?? TimeSpan.Zero) <= longest),
            DelayGenerator = arguments => ValueTask.FromResult(LeadFailure.RetryAfter(arguments.Outcome.Exception!, time.GetUtcNow())),
        };
    }

    /// <summary>What one question was told.</summary>
    private sealed class Held
    {
        public Exception? Refusal { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
