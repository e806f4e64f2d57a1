using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Intake;

namespace Understudy.LocalHost.Tests.Triggers;

public sealed class BlobTriggersTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Look_Fails_LooksAgainAndTheHostServesOn(bool away)
    {
        var intake = new FailingIntake(away ? new DatabaseAwayException() : new InvalidOperationException("Nobody thought of this."));
        await using var host = new TestHost { Configure = services => services.AddSingleton<IBlobIntake>(intake) };
        await host.InitializeAsync();

        await host.Blob(BlobContainers.Quality, "any").UploadAsync(new BinaryData("{}"), TestContext.Current.CancellationToken);
        await intake.Twice.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        using var response = await host.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { input = "you win" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private sealed class DatabaseAwayException() : WorkflowsAwayException("The database is locked.");

    private sealed class FailingIntake(Exception failure) : IBlobIntake
    {
        private readonly TaskCompletionSource _twice = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public Task Twice => _twice.Task;

        public string Container => BlobContainers.Quality;

        public bool Takes(string blob) => true;

        public void Check(string blob)
        {
        }

        public Task<string> TakeAsync(string blob, string etag, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _asked) == 2)
            {
                _twice.SetResult();
            }

            throw failure;
        }
    }
}
