using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Understudy.Api.Problems;
using Understudy.Api.Quotas;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Tests;

namespace Understudy.Api.Tests.Quotas;

public sealed class TaskQuotaTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ReleaseCatalog _catalog;

    public TaskQuotaTests()
    {
        foreach (var task in new[] { "mail", "support" })
        {
            Directory.CreateDirectory(_folder.At(task));
            File.WriteAllText(_folder.At(task, "task.json"), $$"""{"name":"{{task}}","kind":"classification","labels":["a","b"]}""");
        }

        _catalog = new(_folder.At());
    }

    [Fact]
    public void Take_WithinTheQuota_PassesForEver()
    {
        var quota = Quota(new() { RequestsPerMinute = 60 });
        for (var i = 0; i < 600; i++)
        {
            quota.Take("mail");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Take_ABurst_PassesTenSecondsWorthAndSaysWhenToCome()
    {
        var quota = Quota(new() { RequestsPerMinute = 60 });
        for (var i = 0; i < 10; i++)
        {
            quota.Take("mail");
        }

        var problem = Assert.Throws<ApiProblem>(() => quota.Take("mail"));

        Assert.Equal((429, 60L, 1.0), (problem.Status, problem.Limit, Math.Round(problem.RetryAfter!.Value.TotalSeconds, 3)));
        quota.Take("support"); // has one of its own
        _time.Advance(problem.RetryAfter.Value);
        quota.Take("mail");
        Assert.Throws<ApiProblem>(() => quota.Take("mail"));
    }

    [Fact]
    public void Take_FewerThanTheBurstHolds_PassesOneAtATime()
    {
        var quota = Quota(new() { RequestsPerMinute = 1 });
        quota.Take("mail");

        Assert.Equal(60, Math.Round(Assert.Throws<ApiProblem>(() => quota.Take("mail")).RetryAfter!.Value.TotalSeconds));
    }

    [Fact]
    public void Take_ATasksOwnQuota_CountsInsteadOfTheCommonOne()
    {
        var options = new QuotaOptions { RequestsPerMinute = 1 };
        options.Tasks["mail"] = 0;
        var quota = Quota(options);

        for (var i = 0; i < 100; i++)
        {
            quota.Take("mail");
        }
    }

    [Fact]
    public void Of_ATaskWithHyphens_IsFoundByUnderscoresToo()
    {
        var options = new QuotaOptions { RequestsPerMinute = 1 };
        options.Tasks["mail_triage"] = 7;

        Assert.Equal((7, 1), (options.Of("mail-triage"), options.Of("mail")));
    }

    [Fact]
    public void Take_NameThatIsNoTask_IsRefusedHoweverOften()
    {
        var quota = Quota(new() { RequestsPerMinute = 1 });
        for (var i = 0; i < 10; i++)
        {
            Assert.Throws<TaskNotFoundException>(() => quota.Take("made-up")); // not 429: nothing is kept of it
        }
    }

    [Fact]
    public void Validate_NegativeQuota_IsNamed()
    {
        var options = new QuotaOptions();
        options.Tasks["mail"] = -1;

        Assert.Contains("Quota:Tasks:mail", new QuotaOptionsValidation().Validate(null, options).FailureMessage, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _folder.Dispose();
    }

    private TaskQuota Quota(QuotaOptions options) => new(Options.Create(options), _catalog, _time);
}
