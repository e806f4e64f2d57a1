using Microsoft.Extensions.DependencyInjection;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.Releases;
using Understudy.LocalHost;

namespace Understudy.Bench.Serving;

/// <summary>The local host in this process, on a free port and a folder of its own, with a task's trained release and texts that no model has seen.</summary>
internal sealed class ServedTask : IAsyncDisposable
{
    public const string DefaultTask = "mail-triage";

    /// <summary>The longest mails are longer than what the host takes by default, and standard output is for results.</summary>
    private static readonly string[] Settings =
        ["--Limits:InputTokens=262144", "--Logging:LogLevel:Default=Warning", "--Logging:Console:LogToStandardErrorThreshold=Trace"];

    private readonly string _folder;
    private readonly RunningHost _host;

    private ServedTask(string folder, RunningHost host, string task, IReadOnlyList<string> texts) =>
        (_folder, _host, Task, Texts) = (folder, host, task, texts);

    public string Task { get; }

    public IReadOnlyList<string> Texts { get; }

    public string Url => _host.Url;

    public T Service<T>()
        where T : notnull => _host.App.Services.GetRequiredService<T>();

    /// <summary>Starts it by <c>--task</c>, <c>--models</c> and <c>--data</c>: labelled records, by default the test part of the task's corpus.</summary>
    /// <param name="options">The verb's options.</param>
    /// <param name="settings">More for the host, such as <c>--Limits:ShardRecords=64</c>.</param>
    public static async Task<ServedTask> StartAsync(Arguments options, params string[] settings)
    {
        var models = Path.GetFullPath(options.Text("--models") ?? ModelsFolder.Find());
        var name = options.Text("--task") ?? DefaultTask;
        LabelledData data;
        using (var catalog = new ReleaseCatalog(models))
        {
            var task = catalog.Task(name);
            data = options.Text("--data") is { } file
                ? await LabelledFile.ReadAsync(file, null, CancellationToken.None)
                : TaskCorpus.Test(models, task, CancellationToken.None);
        }

        if (data.Records.Count == 0)
        {
            throw new BadArgumentException("--data: there is no record that could be used.");
        }

        var folder = Directory.CreateTempSubdirectory("understudy-bench-").FullName;
        try
        {
            var host = await RunningHost.StartAsync(new("http://127.0.0.1:0", folder, models), [.. Settings, .. settings], CancellationToken.None);
            return new(folder, host, name, [.. data.Records.Select(record => record.Text)]);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
