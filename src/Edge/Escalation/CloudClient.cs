using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;

namespace Understudy.Edge.Escalation;

/// <summary>The Api in the cloud. After it did not answer it is left alone for a while, so that nobody waits for it in vain. Thread-safe.</summary>
internal sealed class CloudClient(IHttpClientFactory clients, IOptions<EdgeOptions> options, TimeProvider time)
{
    /// <summary>Inputs in one request; fewer where the cloud takes too long for as many, see <see cref="Most"/>.</summary>
    public const int MostInputs = 64;

    /// <summary>The client to send with: it waits as long as it is told here, <see cref="EdgeOptions.CloudSeconds"/>.</summary>
    public const string HttpName = "cloud";

    public const string StoreHeader = "X-Understudy-Store", VerifyHeader = "X-Understudy-Verify";

    /// <summary>Where something is null that an answer has, it is no answer of the Api.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { RespectNullableAnnotations = true };

    private readonly EdgeOptions _options = options.Value;

    /// <summary>By task: how many inputs the cloud answers in time. Gone with a restart.</summary>
    private readonly ConcurrentDictionary<string, int> _most = [];

    private long _awaySince; // a timestamp, since clocks are set; 0 for never

    /// <summary>Whether it may be asked at all.</summary>
    public bool IsAllowed => _options.CloudUrl is not null;

    /// <summary>How many inputs of a task to ask about at once: half as many after it took too long for them, one more after it did not.</summary>
    public int Most(string task) => _most.GetValueOrDefault(task, MostInputs);

    /// <summary>The cloud's answers, in order.</summary>
    /// <param name="texts">At most <see cref="MostInputs"/>.</param>
    /// <param name="store">Whether the cloud may keep them as lessons.</param>
    /// <exception cref="LeadAwayException">It is not to be asked, did not answer, or does not take an input.</exception>
    public async Task<IReadOnlyList<Answer>> AskAsync(string task, IReadOnlyList<string> texts, bool store, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(_options.CloudPauseSeconds);
        if (_options.CloudUrl is not { } cloud)
        {
            throw new LeadAwayException("This site may not ask the cloud.", pause);
        }

        if (Volatile.Read(ref _awaySince) is var since and not 0 && time.GetElapsedTime(since) < pause)
        {
            throw new LeadAwayException("The cloud did not answer lately and is left alone for a while.", pause);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(_options.CloudSeconds));
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(cloud, $"/api/tasks/{task}/infer")) { Content = JsonContent.Create(new { inputs = texts }) };
            if (_options.CloudKey is { Length: > 0 } key)
            {
                request.Headers.Add("x-functions-key", key);
            }

            // The site's students were not sure: what the cloud's say, which may be of another release, is no verification.
            request.Headers.Add(VerifyHeader, "true");
            if (!store)
            {
                request.Headers.Add(StoreHeader, "false");
            }

            using var response = await clients.CreateClient(HttpName).SendAsync(request, patience.Token);
            response.EnsureSuccessStatusCode();
            await using var content = await response.Content.ReadAsStreamAsync(patience.Token); // as JSON, whatever it is said to be
            var answers = (await JsonSerializer.DeserializeAsync<CloudAnswers>(content, Json, patience.Token))?.Answers?.OfType<Answer>().ToList() ?? [];
            if (answers.Count != texts.Count)
            {
                throw new JsonException($"It holds {answers.Count} answers to {texts.Count} inputs.");
            }

            if (texts.Count < MostInputs && texts.Count >= Most(task))
            {
                _most[task] = texts.Count + 1;
            }

            return answers;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (error is OperationCanceledException && texts.Count > 1)
            {
                _most[task] = Math.Min(Most(task), texts.Count / 2); // the same again would take as long again
            }

            if (IsDown(error))
            {
                Volatile.Write(ref _awaySince, time.GetTimestamp());
            }

            throw new LeadAwayException($"The cloud could not be asked: {(error is OperationCanceledException ? "it did not answer in time." : error.Message)}", pause, error) { IsRefusal = IsRefusal(error) };
        }
    }

    /// <summary>Whether the cloud is there and does not take an input. Where it does not know the caller or the task, no input is at fault.</summary>
    private static bool IsRefusal(Exception error) =>
        error is HttpRequestException { StatusCode: not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound) } && !IsDown(error);

    /// <summary>Whether it is worth waiting for the line, or for the cloud.</summary>
    private static bool IsDown(Exception error) =>
        error is not HttpRequestException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests) };

    private sealed record CloudAnswers(IReadOnlyList<Answer?>? Answers);
}
