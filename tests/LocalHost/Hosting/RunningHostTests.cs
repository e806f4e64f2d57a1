using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Understudy.LocalHost.Durable;
using Understudy.Tests;

namespace Understudy.LocalHost.Tests.Hosting;

public sealed class RunningHostTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private LocalHostSettings Settings => new("http://127.0.0.1:0", _folder.At("data"), _folder.At("models"));

    public async ValueTask InitializeAsync() => await TestModels.WriteAsync(Settings.ModelsFolder);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    [Fact]
    public async Task Start_OnTheFolderOfARunningHost_SaysWhoseItIsAndLeavesItAlone()
    {
        await using var first = await RunningHost.StartAsync(Settings, [], Cancelled);
        var azurite = first.Storage.ProcessId;

        var problem = await Assert.ThrowsAsync<LocalHostSettingsException>(() => RunningHost.StartAsync(Settings, [], Cancelled));

        Assert.Contains(first.Url, problem.Message);
        Assert.Contains($"process {Environment.ProcessId}", problem.Message);
        using var process = Process.GetProcessById(azurite);
        Assert.False(process.HasExited);
        Assert.Equal(azurite, first.Storage.ProcessId);
    }

    [Fact]
    public async Task Start_AfterAHostThatDidNotStart_HasTheFolder()
    {
        await Assert.ThrowsAsync<OptionsValidationException>(() => RunningHost.StartAsync(Settings, ["--Durable:KeepDays=-1"], Cancelled));

        await using var host = await RunningHost.StartAsync(Settings, [], Cancelled);

        Assert.False(host.HasFailed);
    }

    [Fact]
    public async Task Start_NoFolderYet_MakesOneThatOthersCannotLookInto()
    {
        await using var host = await RunningHost.StartAsync(Settings, [], Cancelled);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Settings.DataFolder));
        }
    }

    [Fact]
    public async Task Start_PortTaken_IsAProblemThatSaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var failure = await Assert.ThrowsAsync<IOException>(() => RunningHost.StartAsync(Settings with { Url = url }, [], Cancelled));

        Assert.Contains($"--urls: Failed to bind to address {url}", StartProblem.Describe(failure));
    }

    [Fact]
    public async Task Start_DamagedDatabase_IsAProblemThatSaysSo()
    {
        Directory.CreateDirectory(Settings.DataFolder);
        await File.WriteAllTextAsync(_folder.At("data", "workflows.db"), string.Concat(Enumerable.Repeat("this is no database. ", 1000)), Cancelled);

        var failure = await Assert.ThrowsAsync<DurableDatabaseException>(() => RunningHost.StartAsync(Settings, [], Cancelled));

        Assert.Contains("is damaged", StartProblem.Describe(failure));
    }

    [Fact]
    public void Describe_SettingsOfSeveralSections_TellsAll()
    {
        var failure = new AggregateException(
            new OptionsValidationException("", typeof(object), ["KeepDays is -1."]), new OptionsValidationException("", typeof(object), ["Attempts is 0.", "PollMilliseconds is 0."]));

        Assert.Equal(["KeepDays is -1.", "Attempts is 0.", "PollMilliseconds is 0."], StartProblem.Describe(failure)!.Split(Environment.NewLine));
    }

    [Fact]
    public void Describe_ADefect_IsNone() =>
        Assert.Null(StartProblem.Describe(new AggregateException(new IOException("full"), new InvalidOperationException("no way"))));

    [Fact]
    public async Task Start_SettingsAreWrong_EndsWithCodeTwo()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => HostProcess.StartAsync(_folder, "--Durable:KeepDays=-1"));

        Assert.Contains("ended with code 2", failure.Message);
    }

    [Fact]
    public async Task WaitForShutdown_AnotherServiceFails_SaysThatItHasFailed()
    {
        await using var host = await RunningHost.StartAsync(Settings, [], Cancelled, services => services.AddHostedService<FailingService>());

        await host.WaitForShutdownAsync().WaitAsync(Cancelled);

        Assert.True(host.HasFailed);
    }

    [Fact]
    public async Task WaitForShutdown_EngineFails_SaysThatItHasFailed()
    {
        await using var host = await RunningHost.StartAsync(Settings, [], Cancelled, services => services.Configure<EmbeddedDurableOptions>(options =>
            options.OnCommit = (_, number) => Assert.True(number == 1, "The test ends the engine here.")));
        var idle = host.App.Services.GetRequiredService<DurableEngine>().WaitForIdleAsync();

        await host.WaitForShutdownAsync().WaitAsync(Cancelled);

        await Assert.ThrowsAnyAsync<Exception>(() => idle);
        Assert.True(host.HasFailed);
        Assert.Null(host.Problem);
    }

    [Fact]
    public async Task WaitForShutdown_DiskIsFull_SaysWhatToDo()
    {
        await using var host = await RunningHost.StartAsync(Settings, [], Cancelled, services => services.Configure<EmbeddedDurableOptions>(options =>
            options.OnCommit = (_, number) => Full(number > 1)));
        var idle = host.App.Services.GetRequiredService<DurableEngine>().WaitForIdleAsync();

        await host.WaitForShutdownAsync().WaitAsync(Cancelled);

        await Assert.ThrowsAsync<DurableDatabaseException>(() => idle);
        Assert.Contains("the disk is full. Free some space and start again", host.Problem);

        static void Full(bool isFull)
        {
            if (isFull)
            {
                throw new SqliteException("database or disk is full", 13);
            }
        }
    }

    /// <summary>Fails as soon as the host has started, and no earlier: that would be a start that fails.</summary>
    private sealed class FailingService(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stoppingToken);
            throw new InvalidOperationException("The test lets it fail.");
        }
    }
}
