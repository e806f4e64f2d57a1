using Microsoft.Extensions.DependencyInjection;
using Understudy.LocalHost.Triggers;

namespace Understudy.Tests;

/// <summary>A host without the trigger: what lies in a container stays there until a test does something with it.</summary>
public sealed class QuietHost : TestHost
{
    public QuietHost() => Configure = services => services.Remove(services.Single(service => service.ImplementationType == typeof(BlobTriggers)));
}
