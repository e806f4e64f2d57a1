using System.Text.Json;
using Understudy.Api.OpenAi;
using Understudy.Inference.Batching;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Receipts;

namespace Understudy.Api.Tests.OpenAi;

/// <summary>Streams of answers that do not go as they should.</summary>
public sealed class AnswerStreamTests
{
    private readonly AnswerStream _stream = new(new("calls", "call anna", Stream: true, IncludeUsage: false), CompletionForm.Chat, new("chatcmpl-1", 0, "calls"));
    private readonly TaskCompletionSource<Answer> _answer = new();

    [Fact]
    public async Task Events_LeadThatFailedMidway_EndWithAnError()
    {
        _stream.Add("{\"intent\":");
        await _stream.BeginAsync(_answer.Task, TestContext.Current.CancellationToken);
        _answer.SetResult(Written("I am the student"));

        var events = await ReadAsync();

        Assert.Equal("lead_failed", JsonDocument.Parse(events[^1]).RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Events_AnswerThatGoesOn_HoldItOnce()
    {
        _stream.Add("{\"int");
        await _stream.BeginAsync(_answer.Task, TestContext.Current.CancellationToken);
        _stream.Add("ent\":");
        _answer.SetResult(Written("{\"intent\":1}"));

        var events = await ReadAsync();

        Assert.Equal("[DONE]", events[^1]);
        Assert.Equal("{\"intent\":1}", string.Concat(events[..^1].Select(Content)));
    }

    [Fact]
    public async Task Events_KnownFailureAfterTheFirstPiece_EndWithIt()
    {
        _stream.Add("{");
        await _stream.BeginAsync(_answer.Task, TestContext.Current.CancellationToken);
        _answer.SetException(new OverloadedException("lead", 64));

        var error = JsonDocument.Parse((await ReadAsync())[^1]).RootElement.GetProperty("error");

        Assert.Equal(("rate_limit_error", "overloaded"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Begin_FailureBeforeTheFirstPiece_IsThrown()
    {
        _answer.SetException(new OverloadedException("lead", 64));

        await Assert.ThrowsAsync<OverloadedException>(() => _stream.BeginAsync(_answer.Task, TestContext.Current.CancellationToken));
    }

    private static Answer Written(string text) => new()
    {
        Id = "0",
        Completion = text,
        Confidence = 0.5,
        Receipt = new Receipt { Task = "calls", Release = "v1", AnsweredBy = "lead" },
    };

    private static string Content(string data) =>
        JsonDocument.Parse(data).RootElement.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString()! : "";

    private async Task<List<string>> ReadAsync()
    {
        var events = new List<string>();
        await foreach (var data in _stream.EventsAsync(_answer.Task, TestContext.Current.CancellationToken))
        {
            events.Add(data);
        }

        return events;
    }
}
