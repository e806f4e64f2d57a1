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

    /// <exception cref="EdgeSettingsException">The file is damaged. Without what it says of the highest pointers an older one could be put back, so it is a person's to let go.</exception>
    public SiteMemory(string dataFolder)
    {
        _path = Path.Combine(dataFolder, "memory.json");
        if (File.Exists(_path))
        {
            _tasks = Read(_path) ?? throw new EdgeSettingsException(
                [$"--data: '{_path}' cannot be read: it is damaged. Restore it, or delete it: the site then takes whatever its folder in the cloud points it to."]);
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
                Write(next);
                _tasks = next;
            }
        }
    }

    /// <summary>Sets what has come about already: where the disk does not take it, it is remembered until the agent stops, and written with what comes next.</summary>
    public void Record(string task, TaskMemory value)
    {
        lock (_gate)
        {
            _tasks = new(_tasks) { [task] = value };
            Write(_tasks);
        }
    }

    private void Write(Dictionary<string, TaskMemory> tasks) => AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(tasks, SiteJson.Options));

    /// <summary>Null for a file that is damaged.</summary>
    private static Dictionary<string, TaskMemory>? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, TaskMemory>>(File.ReadAllBytes(path), SiteJson.Options) is { } tasks && !tasks.ContainsValue(null!) ? tasks : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
