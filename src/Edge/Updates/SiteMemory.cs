using System.Text.Json;
using Understudy.Inference;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Updates;

/// <summary>The agent's memory by task, in <c>memory.json</c>, replaced in one step. Thread-safe.</summary>
internal sealed class SiteMemory
{
    private readonly string _path;
    private readonly Lock _gate = new();
    private Dictionary<string, TaskMemory> _tasks = [];

    public SiteMemory(string dataFolder)
    {
        _path = Path.Combine(dataFolder, "memory.json");
        if (File.Exists(_path))
        {
            _tasks = JsonSerializer.Deserialize<Dictionary<string, TaskMemory>>(File.ReadAllBytes(_path), SiteJson.Options) ?? [];
        }
    }

    public IReadOnlyList<string> Tasks
    {
        get
        {
            lock (_gate)
            {
                return [.. _tasks.Keys];
            }
        }
    }

    public TaskMemory this[string task]
    {
        get
        {
            lock (_gate)
            {
                return _tasks.GetValueOrDefault(task) ?? new();
            }
        }

        set
        {
            lock (_gate)
            {
                var next = new Dictionary<string, TaskMemory>(_tasks) { [task] = value };
                AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(next, SiteJson.Options));
                _tasks = next;
            }
        }
    }
}
