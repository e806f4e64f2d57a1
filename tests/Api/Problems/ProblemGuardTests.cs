using Azure;
using Understudy.Api.OpenAi;
using Understudy.Api.Problems;
using Understudy.Inference.Leads;
using Understudy.LocalHost.Durable;

namespace Understudy.Api.Tests.Problems;

public sealed class ProblemGuardTests
{
    public static TheoryData<Exception> Away =>
    [
        new RequestFailedException("connection refused"),
        new RequestFailedException(503, "server busy"),
        new AggregateException(new RequestFailedException("connection refused"), new TaskCanceledException("out of time"), new RequestFailedException(500, "failed")),
    ];

    public static TheoryData<Exception> Others =>
    [
        new RequestFailedException(403, "forbidden"),
        new AggregateException(new RequestFailedException("connection refused"), new InvalidOperationException("a fault of ours")),
        new AggregateException(),
        new TaskCanceledException("the caller has gone"),
    ];

    [Theory]
    [MemberData(nameof(Away))]
    public void Problem_StorageIsAway_SaysWhenToComeAgain(Exception exception)
    {
        var problem = ProblemGuard.Problem(exception)!;

        Assert.Equal((503, "storage-away", TimeSpan.FromSeconds(10)), (problem.Status, problem.Type, problem.RetryAfter));
    }

    [Fact]
    public void Problem_EngineTakesNoWork_SaysWhy()
    {
        var problem = ProblemGuard.Problem(new EngineStoppedException())!;

        Assert.Equal((503, "workflows-away"), (problem.Status, problem.Type));
        Assert.Contains("when it is started again", problem.Message);
    }

    [Theory]
    [InlineData(true, 422, "lead-refused")]
    [InlineData(false, 503, "lead-away")]
    public void Problem_LeadDoesNotAnswer_SaysToComeAgainWhereThatHelps(bool refusal, int status, string type)
    {
        var exception = new LeadAwayException("big: it answered with HTTP 400.", TimeSpan.FromSeconds(5)) { IsRefusal = refusal };
        var problem = ProblemGuard.Problem(exception)!;
        var error = OpenAiGuard.Error(exception)!.Value;

        Assert.Equal((status, type, !refusal), (problem.Status, problem.Type, problem.RetryAfter.HasValue));
        Assert.Equal((status, type.Replace('-', '_'), !refusal), (error.Status, error.Body.Error.Code, error.RetryAfter.HasValue));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Problem_NotTheCallersToKnow_IsNone(Exception exception) => Assert.Null(ProblemGuard.Problem(exception));
}
