using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Durable;

namespace Understudy.Api.Tasks;

/// <summary>The registry of tasks.</summary>
public sealed class TaskHandlers(ReleaseCatalog catalog)
{
    /// <summary><c>GET /api/tasks</c>: those whose definition is right, without a release where the stable channel is wrong; <c>/health/ready</c> says what is wrong.</summary>
    public Task<IResult> ListAsync() => ProblemGuard.RunAsync(() =>
        Task.FromResult<IResult>(TypedResults.Json(new TaskList([.. catalog.ValidTasks().Select(task => View(task, catalog.ValidPointer(task.Name, "stable")?.Version))]), DurableJson.Options)));

    /// <summary><c>GET /api/tasks/{task}</c>.</summary>
    public Task<IResult> GetAsync(string task) => ProblemGuard.RunAsync(() =>
        Task.FromResult<IResult>(TypedResults.Json(View(catalog.Task(task), catalog.Channel(task, "stable")), DurableJson.Options)));

    private static TaskView View(TaskDefinition task, string? stable) => new(
        task.Name, task.Kind, task.Labels, task.Instruction, task.Metric, task.Input, task.Guarantee, stable);
}
