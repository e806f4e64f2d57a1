using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Understudy.Conformance.Tests.Engine;
using Understudy.LocalHost.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Embedded;

/// <summary>The embedded engine on a database of its own and a clock that the test moves.</summary>
public class EmbeddedFixture : IEngineFixture
{
    private readonly string _folder = Directory.CreateTempSubdirectory("understudy-engine-").FullName;
    private readonly FakeTimeProvider _time = new(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private ScriptBook _scripts = new();
    private ServiceProvider? _services;
    private DurableEngine? _engine;
    private int _crashIn = -1;

    public IWorkflowClient Client { get; private set; } = null!;

    public bool HasCrashed { get; private set; }

    public Task StartAsync(ScriptBook scripts)
    {
        _scripts = scripts;
        Open();
        return Task.CompletedTask;
    }

    public async Task AdvanceAsync(TimeSpan time)
    {
        await _engine!.WaitForIdleAsync();
        if (time > TimeSpan.Zero)
        {
            _time.Advance(time);
            await _engine.WaitForIdleAsync();
        }
    }

    public async Task RestartAsync()
    {
        await _services!.DisposeAsync();
        HasCrashed = false;
        Open();
    }

    public bool ArmCrash(int moment)
    {
        _crashIn = moment;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected virtual void Configure(EmbeddedDurableOptions options)
    {
    }

    private void Open()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton(_scripts);
        services.AddSingleton(ScriptBook.AddTo(new WorkflowRegistry(_scripts.Version)));
        services.AddEmbeddedDurable(options =>
        {
            options.DatabasePath = Path.Combine(_folder, "workflows.db");
            options.OnCommit = (_, _) => CrashIfArmed();
            Configure(options);
        });
        _services = services.BuildServiceProvider();
        Client = _services.GetRequiredService<IWorkflowClient>();
        _engine = _services.GetRequiredService<DurableEngine>();
        _engine.Start();
    }

    private void CrashIfArmed()
    {
        if (_crashIn >= 0 && _crashIn-- == 0)
        {
            HasCrashed = true;
            throw new InvalidOperationException("The test ends the engine here.");
        }
    }
}
