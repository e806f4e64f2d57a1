using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Understudy.Inference.Pipelines;

namespace Understudy.Edge.Tests.Escalation;

/// <summary>An Api that answers ham to everything, or as the test says.</summary>
internal sealed class FakeCloud : IAsyncDisposable
{
    private readonly WebApplication _app = WebApplication.CreateSlimBuilder().Build();

    /// <summary>The status instead of an answer; null to answer.</summary>
    public Func<HttpRequest, string[], int?> Refuses { get; set; } = (_, _) => null;

    /// <summary>Whether the lead is away for a text.</summary>
    public Func<string, bool> Degrades { get; set; } = _ => false;

    /// <summary>The most inputs that it answers; with more it takes for ever.</summary>
    public int Answers { get; set; } = int.MaxValue;

    /// <summary>Sent in the place of answers; null to answer.</summary>
    public IResult? Sends { get; set; }

    public string Url => _app.Urls.First();

    public static async Task<FakeCloud> StartAsync()
    {
        var cloud = new FakeCloud();
        cloud._app.Urls.Add("http://127.0.0.1:0");
        cloud._app.MapPost("/api/tasks/{task}/infer", async (HttpRequest request, string task, Body body) =>
        {
            if (body.Inputs.Length > cloud.Answers)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, request.HttpContext.RequestAborted);
            }

            return cloud.Refuses(request, body.Inputs) is { } status
                ? Results.StatusCode(status)
                : cloud.Sends ?? Results.Json(new { answers = body.Inputs.Select(text => cloud.AnswerOf(task, text)) });
        });
        await cloud._app.StartAsync(TestContext.Current.CancellationToken);
        return cloud;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Answer AnswerOf(string task, string text) =>
        new() { Id = text, Label = "ham", Confidence = 1, Receipt = new() { Task = task, Release = "1.0.0", AnsweredBy = "lead", Degraded = Degrades(text) } };

    private sealed record Body(string[] Inputs);
}
