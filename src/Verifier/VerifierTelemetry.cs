using System.Diagnostics;
using System.Diagnostics.Metrics;
using Understudy.Inference.Decoding;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier;

/// <summary>Traces and metrics, under the one name <c>Understudy.Verifier</c>. Names follow OpenTelemetry's GenAI conventions where they exist.</summary>
internal sealed class VerifierTelemetry : IDisposable
{
    public const string Name = "Understudy.Verifier";

    private static readonly ActivitySource Source = new(Name);

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Histogram<double> _firstToken, _duration, _acceptedLength, _speed;
    private readonly Counter<long> _promptTokens, _tokens, _refused;

    public VerifierTelemetry(IMeterFactory meters, Admission admission, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(Name);
        _firstToken = _meter.CreateHistogram("gen_ai.server.time_to_first_token", "s", "From the request's arrival to the first token, waiting included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });
        _duration = _meter.CreateHistogram("gen_ai.server.request.duration", "s", "Time of a request, waiting included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] });
        _acceptedLength = _meter.CreateHistogram("understudy.verifier.accepted_length", "{token}", "Tokens a pass of the model; 1 without speculation.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8, 12] });
        _speed = _meter.CreateHistogram("understudy.verifier.speed", "{token}/s", "Tokens a second of one generation after its first token, turns of others included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 5, 10, 25, 50, 100, 200, 400, 800, 1600, 3200, 6400] });
        _promptTokens = _meter.CreateCounter<long>("understudy.verifier.prompt_tokens", "{token}", "Tokens of prompts.");
        _tokens = _meter.CreateCounter<long>("understudy.verifier.output_tokens", "{token}", "Tokens generated; its rate is the service's tokens a second.");
        _refused = _meter.CreateCounter<long>("understudy.verifier.refused", "{request}", "Requests that were turned away, by reason.");
        _meter.CreateObservableGauge("understudy.verifier.queue.length", () => admission.Waiting, "{request}", "Requests that wait for a place.");
        _meter.CreateObservableGauge("understudy.verifier.running", () => admission.Running, "{request}", "Requests that take turns.");
        _meter.CreateObservableGauge("understudy.verifier.streams", () => admission.Streams, "{stream}", "Open Verify streams.");
    }

    public void FirstToken(string model, TimeSpan waited) => _firstToken.Record(waited.TotalSeconds, Model(model));

    /// <param name="samePrompt">Whether its prompt is counted already, with another output.</param>
    /// <param name="sinceFirst">From the first token to the last.</param>
    public void Generated(string model, FinishReason finish, GenerationStatistics statistics, bool samePrompt, TimeSpan sinceFirst)
    {
        var tag = Model(model);
        if (!samePrompt)
        {
            _promptTokens.Add(statistics.PromptTokens, tag);
        }

        _tokens.Add(statistics.Tokens, tag, new("gen_ai.response.finish_reasons", finish == FinishReason.None ? "cancelled" : finish.ToString().ToLowerInvariant()));
        if (statistics.Forwards > 0)
        {
            _acceptedLength.Record(statistics.AcceptedLength, tag);
        }

        if (statistics.Tokens > 1 && sinceFirst > TimeSpan.Zero)
        {
            _speed.Record((statistics.Tokens - 1) / sinceFirst.TotalSeconds, tag);
        }
    }

    /// <summary>One tree of a Verify stream.</summary>
    /// <param name="tokens">Those that came of it.</param>
    public void Verified(string model, int tokens)
    {
        _tokens.Add(tokens, Model(model), new("gen_ai.response.finish_reasons", "verify"));
        _acceptedLength.Record(tokens, Model(model));
    }

    /// <summary>A request is answered; its span stands in the trace of whoever asked.</summary>
    public void Answered(string operation, string model, TimeSpan elapsed)
    {
        _duration.Record(elapsed.TotalSeconds, new("gen_ai.operation.name", operation), Model(model));
        var now = _time.GetUtcNow();
        using var span = Source.StartActivity($"{operation} {model}", ActivityKind.Internal, default(ActivityContext), startTime: now - elapsed);
        span?.SetTag("gen_ai.operation.name", operation).SetTag("gen_ai.request.model", model);
        span?.SetEndTime(now.UtcDateTime);
    }

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", reason));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Model(string model) => new("gen_ai.request.model", model);
}
